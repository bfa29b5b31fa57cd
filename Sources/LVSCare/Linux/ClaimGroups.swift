import CLinux
import Glibc
import LVSCareModel
import LVSCareSystem
import Netlink
import SystemPackage

/// The groups of the netlink family `NETLINK_FIB_LOOKUP` that stand for a virtual service.
///
/// Every kernel with IPv4 has that family, and nothing is ever said in its groups. But only who may change the network
/// (`CAP_NET_ADMIN`) can join them, and the kernel shows everybody who has joined which, for each network namespace by
/// itself, as it keeps its tables of virtual services. A membership ends with its process, in whatever way. So who can
/// do no harm can neither hold a service nor keep anybody from holding it; neither a file nor a module is needed.
struct ClaimGroups: Hashable {
    /// One bit for each group, the first being the lowest.
    let mask: UInt32

    /// All services have the last group; the others are a hash (FNV-1a) of the service's name. Two services of a node share theirs
    /// once in two thousand million pairs.
    init(of service: VirtualService) {
        let hash = service.name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        mask = hash | 1 << 31
    }

    /// Who has joined groups of a service, and which. `cat /proc/net/netlink`
    ///
    /// Throws what keeps `/proc` from being read (`ENOENT`, `EMFILE`).
    static func holders() throws(Errno) -> [(mask: UInt32, holder: ClaimHolder)] {
        // That of this thread's namespace.
        let lines = try FileReader.kernelOctets("/proc/thread-self/net/netlink").split(separator: UInt8(ascii: "\n"))
        let family = "\(ClaimSocket.family)".utf8
        return lines.dropFirst().compactMap { line in
            // sk, family, port, groups, …, inode
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count >= 10, fields[1].elementsEqual(family),
                let mask = UInt32(text(fields[3]), radix: 16), mask >> 31 == 1,
                let port = UInt32(text(fields[2])), let inode = UInt64(text(fields[9]))
            else { return nil }
            return (mask, ClaimHolder(port: port, inode: inode))
        }
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String { String(decoding: field, as: UTF8.self) }
}

/// A socket that has joined such groups, as long as it lives.
final class ClaimSocket {
    /// `NETLINK_FIB_LOOKUP`
    static let family: Int32 = 10

    /// Addresses that no process has by its number, of which there are at most 2²².
    private static let ports: ClosedRange<UInt32> = 1 << 31...UInt32.max - 4096
    /// How many addresses are tried. Two sockets of a thousand choose the same one once in four thousand starts.
    private static let attempts = 8

    private let number: Int32
    /// Its address, by which it is told from others.
    let port: UInt32

    /// Joins `groups`, at an address by `generator`. Throws `EPERM` without `CAP_NET_ADMIN`, `EMFILE`, `ENFILE`.
    init(joining groups: ClaimGroups, using generator: inout some RandomNumberGenerator) throws(Errno) {
        let number = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Self.family)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = groups.mask
        var code = EADDRINUSE
        // Taking an address costs less than asking for the one that the kernel gave. The kernel's own choices are like these.
        for _ in 0..<Self.attempts where code == EADDRINUSE {
            address.nl_pid = .random(in: Self.ports, using: &generator)
            code = withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size)) == 0 ? 0 : errno
                }
            }
        }
        guard code == 0 else {
            close(number)
            throw Errno(rawValue: code)
        }
        self.number = number
        port = address.nl_pid
    }

    deinit { close(number) }
}

/// Who looks after a virtual service.
struct ClaimHolder: Hashable {
    /// The address of its socket.
    let port: UInt32
    /// The number of its socket.
    let inode: UInt64

    /// Which process it is, as the subject of a sentence.
    var words: String { Self.words(for: Self.processes(of: [self])[inode]) }

    /// A process as the subject of a sentence; `nil` for one that does not show.
    static func words(for process: pid_t?) -> String {
        switch process {
        case getpid(): "this process"
        // One of another container, or of a user into whose processes we cannot look.
        case nil: "another process (in another container, or on the host)"
        case let process?: "process \(process)"
        }
    }

    /// The processes that have the sockets of `holders`, by the numbers of the sockets, as far as they show; `/proc/PID/fd`, proc(5).
    static func processes(of holders: [ClaimHolder]) -> [UInt64: pid_t] {
        let links = Dictionary(holders.map { ("socket:[\($0.inode)]", $0.inode) }, uniquingKeysWith: { $1 })
        var processes: [UInt64: pid_t] = [:]
        for process in FileNames.entries(of: "/proc").lazy.compactMap(pid_t.init) where processes.count < links.count {
            let folder = "/proc/\(process)/fd"
            for entry in FileNames.entries(of: folder) {
                if let inode = FileNames.target(of: "\(folder)/\(entry)").flatMap({ links[$0] }) {
                    processes[inode] = process
                }
            }
        }
        return processes
    }
}
