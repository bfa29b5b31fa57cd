package import Addressing
import COpenSSL

/// The hosts that a certificate is for: its subject alternative names (RFC 9525), never its common name, as in Go.
package struct CertificateNames: CustomStringConvertible {
    /// DNS names, perhaps with `*` as their first label.
    package private(set) var names: [String] = []
    package private(set) var addresses: [IPAddress] = []

    package init(of certificate: Certificate) {
        certificate.forEachName { type, octets in
            if type == GEN_DNS, octets.allSatisfy({ 0x21...0x7e ~= $0 }) {
                names.append(String(decoding: octets, as: UTF8.self).lowercased())
            } else if type == GEN_IPADD, let address = IPAddress(octets: octets) {
                addresses.append(address)
            }
        }
    }

    /// `localhost, 127.0.0.1`.
    package var description: String { (names + addresses.map { "\($0)" }).joined(separator: ", ") }
}
