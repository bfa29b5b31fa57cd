import Addressing
import Epoll
import Glibc

/// Looks up a host name on a thread of its own, because that blocks.
///
/// The one part of probing that needs a thread, and only a redirect to a name needs it.
enum HostLookup {
    /// Calls `completion` on the loop with the addresses of `name`, the one to try first in front (RFC 6724); with none
    /// where there is none, or nobody to ask.
    ///
    /// It cannot be stopped. `getent ahosts NAME`
    static func start(_ name: String, on loop: EpollLoop, completion: @escaping ([IPAddress]) -> Void) {
        let (completion, mailbox) = (LoopBound(completion, on: loop), loop.mailbox)
        do {
            try DetachedThread.start {
                let addresses = addresses(of: name)
                mailbox.send { completion.value(on: $0)(addresses) }
            }
        } catch {
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
