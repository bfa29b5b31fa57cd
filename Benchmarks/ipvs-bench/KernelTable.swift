import Glibc

/// The kernel's IPVS table as `/proc/net/ip_vs` shows it: three lines of heading, then services, and below each its
/// real servers.
///
///     TCP  A9FE0001:01BB rr
///       -> 7F000001:20F9      Masq    1      0          0
struct KernelTable: ~Copyable {
    private let descriptor: Int32

    init() throws(Failure) {
        descriptor = open("/proc/net/ip_vs", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(call: "open /proc/net/ip_vs") }
    }

    deinit { close(descriptor) }

    var isEmpty: Bool {
        get throws(Failure) { try lines().count <= 3 }
    }

    /// How many real servers take connections, that is have a weight.
    func usableRealServers() throws(Failure) -> Int {
        try lines().dropFirst(3).count { line in
            let fields = line.split(separator: UInt8(ascii: " "))
            return fields.count > 3 && fields[0].elementsEqual("->".utf8) && !fields[3].elementsEqual("0".utf8)
        }
    }

    /// The weights of all real servers as texts, by their entries such as `7F000001:20F9`.
    func weights() throws(Failure) -> [ArraySlice<UInt8>: ArraySlice<UInt8>] {
        var weights: [ArraySlice<UInt8>: ArraySlice<UInt8>] = [:]
        for line in try lines().dropFirst(3) {
            let fields = line.split(separator: UInt8(ascii: " "))
            if fields.count > 3, fields[0].elementsEqual("->".utf8) { weights[fields[1]] = fields[3] }
        }
        return weights
    }

    private func lines() throws(Failure) -> [ArraySlice<UInt8>] {
        let text = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        guard !text.isEmpty else { throw Failure(call: "read /proc/net/ip_vs") }
        return text.split(separator: UInt8(ascii: "\n"))
    }
}
