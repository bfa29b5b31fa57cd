import Glibc
import Netlink

/// What the kernel tells everybody about a process: `/proc/PID/status`, see `proc(5)`.
struct ProcessStatus {
    /// Its effective user.
    var user: UInt32
    /// Its effective capabilities, one bit each (`linux/capability.h`).
    var capabilities: UInt64

    /// The status of the process with this number; `nil` when there is none, or it is hidden from this one.
    init?(of process: Int32) {
        let number = open("/proc/\(process)/status", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        let file = OwnedDescriptor(adopting: number)
        // The kernel writes it in one piece, of about 1500 bytes.
        var octets = [UInt8](repeating: 0, count: 16 * 1024)
        let count = read(file.rawValue, &octets, octets.count)
        guard count > 0 else { return nil }
        self.init(parsing: String(decoding: octets[..<count], as: UTF8.self))
    }

    /// The status that the kernel wrote as `text`.
    init?(parsing text: String) {
        func words(_ name: String) -> [Substring]? {
            text.split(separator: "\n").first { $0.hasPrefix("\(name):\t") }?.split(separator: "\t")
        }
        // Users: real, effective, saved, of the file system.
        guard let users = words("Uid"), users.count == 5, let user = UInt32(users[2]),
            let capabilities = words("CapEff")?.last.flatMap({ UInt64($0, radix: 16) })
        else { return nil }
        self.user = user
        self.capabilities = capabilities
    }

    /// Whether it may change the network of its namespace: `CAP_NET_ADMIN`, number 12.
    var mayChangeTheNetwork: Bool { capabilities & 1 << 12 != 0 }
}
