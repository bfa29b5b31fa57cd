package import Addressing
import Glibc

/// An address of a socket as the C library wants it, for IPv4, IPv6 and sockets of this machine.
package struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length: socklen_t

    /// An address and a port, ip(7) and ipv6(7). A port may be 0.
    package init(_ address: IPAddress, port: UInt16) {
        switch address.family {
        case .ipv4:
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { bytes in
                var value = sockaddr_in()
                value.sin_family = sa_family_t(AF_INET)
                value.sin_port = port.bigEndian
                withUnsafeMutableBytes(of: &value.sin_addr) { $0.copyBytes(from: address.octets) }
                bytes.storeBytes(of: value, as: sockaddr_in.self)
            }
        case .ipv6:
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { bytes in
                var value = sockaddr_in6()
                value.sin6_family = sa_family_t(AF_INET6)
                value.sin6_port = port.bigEndian
                withUnsafeMutableBytes(of: &value.sin6_addr) { $0.copyBytes(from: address.octets) }
                bytes.storeBytes(of: value, as: sockaddr_in6.self)
            }
        }
    }

    /// An endpoint.
    package init(_ endpoint: Endpoint) { self.init(endpoint.address, port: endpoint.port) }

    /// A name of a socket of this machine, unix(7): an absolute path, or `@` and an abstract name, of 107 octets at most;
    /// `nil` for what is neither.
    package init?(local name: String) {
        guard name.hasPrefix("/") || name.hasPrefix("@"), (2...Self.longestName).contains(name.utf8.count) else {
            return nil
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // An abstract name begins with NUL and ends with its length, a path ends with NUL.
        let isAbstract = name.hasPrefix("@")
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: name.utf8)
            if isAbstract { path[0] = 0 }
        }
        length = socklen_t(Self.pathOffset + name.utf8.count + (isAbstract ? 0 : 1))
        withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_un.self) }
    }

    /// The address of this end of the socket `number`, getsockname(2); `nil` with `errno` set when there is none.
    package init?(of number: Int32) { self.init(of: number, getsockname) }

    /// The address of the other end of the socket `number`, getpeername(2); `nil` with `errno` set when there is none.
    package init?(ofPeerOf number: Int32) { self.init(of: number, getpeername) }

    private typealias Question = (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32

    private init?(of number: Int32, _ ask: Question) {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(number, $0, &length) }
        }
        self.length = length
        guard code == 0 else { return nil }
    }

    /// The address and the port; `nil` for an address of another family.
    package var endpoint: Endpoint? {
        let found = withUnsafeBytes(of: storage) { bytes -> (address: IPAddress?, port: UInt16)? in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let value = bytes.loadUnaligned(as: sockaddr_in.self)
                return (withUnsafeBytes(of: value.sin_addr) { IPAddress(octets: $0) }, value.sin_port)
            case AF_INET6:
                let value = bytes.loadUnaligned(as: sockaddr_in6.self)
                return (withUnsafeBytes(of: value.sin6_addr) { IPAddress(octets: $0) }, value.sin6_port)
            default:
                return nil
            }
        }
        guard let found, let address = found.address else { return nil }
        return Endpoint(address: address, port: UInt16(bigEndian: found.port))
    }

    /// Binds the socket `number` to this address, bind(2). Returns the errno, 0 for success.
    package func bind(_ number: Int32) -> Int32 { code { Glibc.bind(number, $0, $1) } }

    /// Connects the socket `number` to this address, connect(2). Returns the errno, 0 for success.
    package func connect(_ number: Int32) -> Int32 { code { Glibc.connect(number, $0, $1) } }

    /// Sends one datagram to this address, sendto(2). Returns the errno, 0 for success.
    package func send(_ octets: [UInt8], from number: Int32, flags: Int32) -> Int32 {
        code { Int32(clamping: sendto(number, octets, octets.count, flags, $0, $1)) }
    }

    private func code(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, length) >= 0 ? 0 : errno }
        }
    }

    /// Leaves room for the NUL that ends a path.
    private static let longestName = MemoryLayout<sockaddr_un>.size - pathOffset - 1
    private static let pathOffset = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 0
}
