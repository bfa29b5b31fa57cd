import Addressing
package import LVSCareModel
package import LVSCareSettings

/// Header fields written as `name=value,name2=value2`.
package enum HeaderFields {
    /// What a message says it expects.
    package static let expectation = "name=value pairs such as Accept=text/plain,X-Probe=lvscare"

    /// Fields that describe the connection or the length of the message, which the probe itself decides.
    private static let reserved: Set<String> = [
        "connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// The fields of all `values` in order; of two with the same name, the later replaces the earlier.
    package static func parse(_ values: [RawValue]) throws(UsageError) -> [HTTPProbeConfiguration.HeaderField] {
        var fields: [HTTPProbeConfiguration.HeaderField] = []
        for value in values {
            for pair in pairs(value.text) { add(try field(pair, of: value), to: &fields) }
        }
        return fields
    }

    /// Adds a field, in the place of one with the same name.
    static func add(_ field: HTTPProbeConfiguration.HeaderField, to fields: inout [HTTPProbeConfiguration.HeaderField])
    {
        fields.removeAll { $0.name.lowercased() == field.name.lowercased() }
        fields.append(field)
    }

    /// The pairs of one text. With a single `=` it is one pair, so that `Accept=text/html,text/plain` needs no quotes.
    private static func pairs(_ text: String) -> [String] {
        text.count { $0 == "=" } == 1 ? [String(text.trimming("\""))] : CommaList.items(text)
    }

    private static func field(
        _ pair: String, of value: RawValue
    ) throws(UsageError) -> HTTPProbeConfiguration.HeaderField {
        guard !pair.isEmpty else { throw UsageError(value, "a pair is empty", expected: expectation) }
        guard let equals = pair.firstIndex(of: "=") else {
            throw UsageError(value, "\(pair.quoted) has no \"=\"", expected: expectation)
        }
        return try field(
            named: pair[..<equals].withoutSurroundingBlanks,
            pair[pair.index(after: equals)...].withoutSurroundingBlanks, of: value, expected: expectation)
    }

    /// The field of this name and content, as messages about `value`.
    static func field(
        named name: String, _ content: String, of value: RawValue, expected: String
    ) throws(UsageError) -> HTTPProbeConfiguration.HeaderField {
        func refuse(_ problem: String) -> UsageError { UsageError(value, problem, expected: expected) }
        guard name.isHTTPToken else { throw refuse("\(name.quoted) is not the name of a header field") }
        guard !reserved.contains(name.lowercased()) else {
            throw refuse("the header field \(name) is set by the probe itself and cannot be replaced")
        }
        guard !content.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7f }) else {
            throw refuse("the value of \(name.abbreviated) has a control character, which would break the request")
        }
        guard name.lowercased() != "host" || !content.isEmpty && !content.contains(where: \.isWhitespace) else {
            throw refuse("the value of \(name) is not a host")
        }
        return HTTPProbeConfiguration.HeaderField(name: name, value: content)
    }
}

extension StringProtocol {
    /// A `token` of RFC 9110, section 5.6.2: what methods and the names of header fields are made of.
    var isHTTPToken: Bool {
        !isEmpty
            && utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(octet)
                }
            }
    }

    /// The text without this character at its ends.
    fileprivate func trimming(_ character: Character) -> SubSequence {
        var text = self[...].drop { $0 == character }
        while text.last == character { text = text.dropLast() }
        return text
    }
}
