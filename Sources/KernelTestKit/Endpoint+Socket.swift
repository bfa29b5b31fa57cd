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
}
