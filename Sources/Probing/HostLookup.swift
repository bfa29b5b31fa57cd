import Addressing
import Epoll
import Glibc

/// Looks up a host name on a thread of its own, because that blocks.
///
/// The one part of probing that needs a thread, and only a redirect to a name needs it.
enum HostLookup {
    /// What the thread is given, and brings back.
    private final class Errand: Sendable {
        let name: String
        let mailbox: Mailbox
        let completion: LoopBound<([IPAddress]) -> Void>

        init(_ name: String, on loop: EpollLoop, completion: @escaping ([IPAddress]) -> Void) {
            self.name = name
            mailbox = loop.mailbox
            self.completion = LoopBound(completion, on: loop)
        }

        func run() {
            let addresses = HostLookup.addresses(of: name)
            mailbox.send { [completion] loop in completion.value(on: loop)(addresses) }
        }
    }

    /// Calls `completion` on the loop with the addresses of `name`, the one to try first in front (RFC 6724); with none
    /// where there is none, or nobody to ask.
    ///
    /// It cannot be stopped. `getent ahosts NAME`
    static func start(_ name: String, on loop: EpollLoop, completion: @escaping ([IPAddress]) -> Void) {
        let errand = Unmanaged.passRetained(Errand(name, on: loop, completion: completion))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runErrand, errand.toOpaque())
        guard code == 0 else {
            errand.release()
            return loop.execute { completion([]) }
        }
        pthread_detach(thread)
    }

    fileprivate static func run(_ errand: UnsafeMutableRawPointer) {
        Unmanaged<Errand>.fromOpaque(errand).takeRetainedValue().run()
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

/// The look-up's thread.
private func runErrand(_ errand: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let errand { HostLookup.run(errand) }
    return nil
}
