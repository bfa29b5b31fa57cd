import LVSCareModel
import LVSCareSockets

/// A bearer token (RFC 6750) in a file, such as that of a service account.
enum BearerToken {
    /// The token in a file, without blanks and line ends around it.
    static func read(from file: SmallFile) throws(UnusableFile) -> String {
        let octets = try file.read()
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || 0x09...0x0d ~= $0 }
        var token = octets.drop(while: isBlank)
        while let last = token.last, isBlank(last) { token.removeLast() }
        guard !token.isEmpty else { throw file.unusable("it is empty") }
        guard token.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw file.unusable("it is not a token, which is one word of visible ASCII characters")
        }
        return String(decoding: token, as: UTF8.self)
    }
}
