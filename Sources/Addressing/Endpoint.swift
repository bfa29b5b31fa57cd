/// A transport address: an IP address and a port, written `10.103.97.2:6443` or `[fd00::2]:6443`.
///
/// The one parser of `host:port` in this project.
public struct Endpoint: Hashable, Sendable {
    /// The address part.
    public var address: IPAddress
    /// The port part, host byte order, 0–65535. Text yields 0 only where so said; the kernel's port 0 means "any port".
    public var port: UInt16

    /// An endpoint of its two parts.
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// An endpoint from its text form.
    ///
    /// Throws what is wrong with `text`, as a phrase that reads well behind the text itself.
    public init(_ text: some StringProtocol) throws(EndpointParsingError) {
        try self.init(String(text), lowestPort: 1)
    }

    /// The same, which may have the port 0: any port.
    package init(anyPort text: some StringProtocol) throws(EndpointParsingError) {
        try self.init(String(text), lowestPort: 0)
    }

    private init(_ text: String, lowestPort: UInt16) throws(EndpointParsingError) {
        if let endpoint = Self.plain(text), endpoint.port >= lowestPort {
            self = endpoint
            return
        }
        do throws(EndpointParsingError) {
            self = try Self.parse(text, lowestPort: lowestPort)
        } catch {
            throw Self.mistake(in: text) ?? error
        }
    }

    /// The usual form, an IPv4 address and a port; `nil` for any other, right or wrong.
    private static func plain(_ text: String) -> Endpoint? {
        let endpoint = DecimalReader.read(text) { reader -> Endpoint? in
            guard let address = reader.address(), reader.skip(":"), let port = reader.number(upTo: 65535),
                reader.isAtEnd
            else { return nil }
            return Endpoint(address: address, port: UInt16(port))
        }
        return endpoint ?? nil
    }

    private static func parse(_ text: String, lowestPort: UInt16) throws(EndpointParsingError) -> Endpoint {
        guard !text.isEmpty else { throw .empty }
        // By octets: looking for characters takes many times as long.
        let (octets, mark) = (text.utf8, UInt8(ascii: ":"))
        let host: Substring
        let portText: Substring
        if octets.first == UInt8(ascii: "[") {
            guard let close = octets.firstIndex(of: UInt8(ascii: "]")) else { throw .unclosedBracket }
            host = text[octets.index(after: octets.startIndex)..<close]
            let rest = text[octets.index(after: close)...]
            guard rest.utf8.first == mark else { throw .missingPort }
            portText = rest[rest.utf8.index(after: rest.startIndex)...]
            guard host.utf8.contains(mark) else { throw .notAnAddress(String(host)) }
        } else {
            guard let colon = octets.lastIndex(of: mark) else {
                throw IPAddress(text) == nil ? noAddress(text[...]) : .missingPort
            }
            host = text[..<colon]
            portText = text[octets.index(after: colon)...]
            guard !host.utf8.contains(mark) else { throw surplusColon(text, host) }
        }
        guard !host.isEmpty else { throw .missingAddress }
        guard let address = IPAddress(host) else { throw noAddress(host) }
        guard !portText.isEmpty else { throw .missingPort }
        guard portText.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let port = UInt16(portText),
            port >= lowestPort
        else { throw .port(String(portText)) }
        return Endpoint(address: address, port: port)
    }
}

/// What a text that is no endpoint was meant to be.
extension Endpoint {
    /// What makes everything else that could be said of `text` beside the point.
    private static func mistake(in text: String) -> EndpointParsingError? {
        let octets = Array(text.utf8)
        let separator = Array("://".utf8)
        if octets.indices.contains(where: { octets[$0...].starts(with: separator) }) { return .url }
        let unexpected = text.unicodeScalars.first { scalar in
            // Letters of other scripts are for the address and the host name to refuse.
            scalar.isASCII && !scalar.properties.isAlphabetic && !("0"..."9" ~= scalar)
                && !".:[]%+-_".unicodeScalars.contains(scalar)
        }
        return unexpected.map { .character(String($0)) }
    }

    private static func noAddress(_ host: Substring) -> EndpointParsingError {
        looksLikeHostName(host) ? .hostName(String(host)) : .notAnAddress(String(host))
    }

    /// Of a text without brackets that has more than one colon; `host` stands in front of the last.
    private static func surplusColon(_ text: String, _ host: Substring) -> EndpointParsingError {
        let first = host.prefix { $0 != ":" }
        let isHexadecimal = first.allSatisfy(\.isHexDigit)
        return isHexadecimal || IPAddress(text) != nil || IPAddress(host) != nil ? .unbracketedIPv6 : .severalPorts
    }

    /// Whether `host` has only what RFC 1123 allows in a name, and does not end in a number as addresses do, whose forms
    /// are more than the usual one (`0x7f.0.0.1`).
    private static func looksLikeHostName(_ host: Substring) -> Bool {
        let isName = host.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        let last = host.split(separator: ".").last ?? ""
        return isName && last.contains { $0.isLetter } && !last.hasPrefix("0x") && !host.hasPrefix("-")
    }
}

extension Endpoint: Comparable {
    /// By address, then by port.
    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}

extension Endpoint: CustomStringConvertible {
    /// `address:port`, with brackets around an IPv6 address.
    public var description: String {
        address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}

/// The first mistake in a text that should be an endpoint.
@nonexhaustive
public enum EndpointParsingError: Error, Hashable, Sendable {
    /// There is no text.
    case empty
    /// There is nothing before the port.
    case missingAddress
    /// There is no port.
    case missingPort
    /// `[` without `]`.
    case unclosedBracket
    /// An IPv6 address without brackets, where the port cannot be told from the address.
    case unbracketedIPv6
    /// A host name instead of an address.
    case hostName(String)
    /// Neither an address nor a host name.
    case notAnAddress(String)
    /// A port that is not a number between 1 and 65535.
    case port(String)
    /// A URL, of which the address and the port are only a part.
    case url
    /// An address with more than one port.
    case severalPorts
    /// This character, which is part of no address and no port.
    case character(String)
}

extension EndpointParsingError: CustomStringConvertible {
    /// The mistake as a clause without a full stop; a quoted text is cut when it is long.
    public var description: String {
        switch self {
        case .empty: "it is empty"
        case .missingAddress: "there is no address before the port"
        case .missingPort: "the port is missing"
        case .unclosedBracket: "the bracket \"[\" is not closed"
        case .unbracketedIPv6: "an IPv6 address needs brackets, as in [fd00::2]:6443"
        case .hostName(let name):
            "\"\(name.abbreviated)\" is a host name, and only IP addresses are taken (names can change under a running service)"
        case .notAnAddress(let text): "\"\(text.abbreviated)\" is not an IP address"
        case .port(let text): "the port \"\(text.abbreviated)\" is not a number between 1 and 65535"
        case .url: "it is a URL, and only its address and its port belong here"
        case .severalPorts: "there is more than one port"
        case .character(let text): "\"\(text)\" belongs to no address and no port"
        }
    }
}
