public import Addressing
import CLinux
import Glibc

/// An endpoint that the test's author wrote correctly; its port may be 0.
public func endpoint(_ text: String) -> Endpoint {
    let colon = text.lastIndex(of: ":") ?? text.endIndex
    let host = text[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
    guard let address = IPAddress(host), let port = UInt16(text[colon...].dropFirst()) else {
        preconditionFailure("not an endpoint: \(text)")
    }
    return Endpoint(address: address, port: port)
}

extension Endpoint {
    /// A new TCP socket of this endpoint's family; -1 with `errno` when there is none to be had.
    func makeSocket() -> Int32 {
        socket(Int32(address.family.rawValue), Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    /// Calls `body` with this endpoint as the C library wants it.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var octets = address.octets
        switch address.family {
        case .ipv4:
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.bigEndian
            memcpy(&value.sin_addr, &octets, 4)
            return withUnsafePointer(to: value) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .ipv6:
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = port.bigEndian
            memcpy(&value.sin6_addr, &octets, 16)
            return withUnsafePointer(to: value) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
    }
}

/// The address at one end of a connected socket: that of `getsockname` or `getpeername`. "?" when there is none.
func numericHost(
    of socket: Int32, _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
) -> String {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let isKnown = withUnsafeMutablePointer(to: &storage) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(socket, $0, &length) == 0 }
    }
    guard isKnown else { return "?" }
    let address = withUnsafeBytes(of: storage) { bytes in
        switch Int32(storage.ss_family) {
        // Behind family and port, and in IPv6 the flow (`netinet/in.h`).
        case AF_INET: IPAddress(octets: bytes[4..<8])
        case AF_INET6: IPAddress(octets: bytes[8..<24])
        default: IPAddress?.none
        }
    }
    return address.map { "\($0)" } ?? "?"
}
