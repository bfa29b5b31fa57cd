import Director

/// A bearer token (RFC 6750) in a file, such as that of a service account.
final class BearerToken {
    private let value: FileBacked<String>

    init(in path: String) {
        let file = SmallFile(path: path)
        value = FileBacked([file]) { try Self.parse(file.read(), of: file) }
    }

    /// The value of the field `Authorization`.
    func authorization() throws -> String { "Bearer \(try value.current())" }

    /// The token, without blanks and line ends around it.
    private static func parse(_ octets: [UInt8], of file: SmallFile) throws(ProbeFault) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || 0x09...0x0d ~= $0 }
        var token = octets.drop(while: isBlank)
        while let last = token.last, isBlank(last) { token.removeLast() }
        guard !token.isEmpty else { throw file.fault("it is empty") }
        guard token.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw file.fault("it is not a token, which is one word of visible ASCII characters")
        }
        return String(decoding: token, as: UTF8.self)
    }
}
