import Addressing
import Epoll
import Glibc
import Synchronization
import SystemPackage

/// Looks up a host name on a thread of its own, because that blocks.
///
/// The one part of probing that needs a thread, and only a redirect to a name needs it; there are at most eight at a time in the
/// process.
enum HostLookup {
    private static let most = 8
    private static let underWay = Atomic<Int>(0)

    /// Calls `completion` on the loop with the addresses of `name`, the one to try first in front (RFC 6724); with none
    /// where there is none, nobody to ask, or too much is asked already.
    ///
    /// It cannot be stopped. `getent ahosts NAME`
    static func start(_ name: String, on loop: EpollLoop, completion: @escaping ([IPAddress]) -> Void) {
        let (completion, mailbox) = (LoopBound(completion, on: loop), loop.mailbox)
        do {
            guard underWay.add(1, ordering: .relaxed).newValue <= most else {
                throw Errno.resourceTemporarilyUnavailable
            }
            try DetachedThread.start {
                let addresses = addresses(of: name)
                underWay.subtract(1, ordering: .relaxed)
                mailbox.send { completion.value(on: $0)(addresses) }
            }
        } catch {
            underWay.subtract(1, ordering: .relaxed)
            loop.execute { completion.value(on: loop)([]) }
        }
    }

    private static func addresses(of name: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        return sequence(first: first, next: { $0?.pointee.ai_next }).compactMap { entry in
            guard let entry = entry?.pointee, let address = entry.ai_addr else { return nil }
            return switch entry.ai_family {
            case AF_INET:
                address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin_addr) { IPAddress(octets: $0) }
                }
            case AF_INET6:
                address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin6_addr) { IPAddress(octets: $0) }
                }
            default: nil
            }
        }
    }
}
