import Addressing
import NIOSSL

/// The hosts that a certificate is for: its subject alternative names (RFC 9525), never its common name, as in Go.
struct CertificateNames: Hashable, CustomStringConvertible {
    /// DNS names in lower case, perhaps with `*` as their first label.
    private(set) var names: [String] = []
    private(set) var addresses: [IPAddress] = []

    init(names: [String], addresses: [IPAddress]) {
        self.names = names
        self.addresses = addresses
    }

    init(of certificate: NIOSSLCertificate) {
        for name in certificate._subjectAlternativeNames() {
            switch name.nameType {
            case .dnsName where name.contents.allSatisfy { 0x21...0x7e ~= $0 }:
                names.append(String(decoding: name.contents, as: UTF8.self).lowercased())
            case .ipAddress:
                if let address = IPAddress(octets: name.contents) { addresses.append(address) }
            default:
                break
            }
        }
    }

    /// Whether one of them is `host`.
    func contain(_ host: HTTPURL.Host) -> Bool {
        switch host {
        case .address(let address):
            return addresses.contains(address)
        case .name(let name):
            let name = name.lowercased()
            // A wildcard stands for one label.
            guard let dot = name.firstIndex(of: "."), dot > name.startIndex else { return names.contains(name) }
            return names.contains(name) || names.contains("*" + name[dot...])
        }
    }

    /// `localhost, 127.0.0.1`.
    var description: String { (names + addresses.map { "\($0)" }).joined(separator: ", ") }
}
