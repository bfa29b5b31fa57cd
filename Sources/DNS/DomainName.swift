/// A name of the domain name system: a row of labels, written `api.example.com` (RFC 1035).
///
/// Names are compared without the case of ASCII letters, which a name keeps.
public struct DomainName: Sendable {
    /// The labels as they are sent, each behind its length, with the empty one of the root at the end (RFC 1035, 3.1).
    ///
    /// 1–255 octets, each label 1–63.
    public let wireForm: [UInt8]

    /// The name of the root, written `.`.
    public static let root = DomainName(checked: [0])

    /// Most octets of a name as it is sent (RFC 1035, 2.3.4).
    static let longest = 255
    /// Most octets of a label.
    static let longestLabel = 63

    /// A name from labels that are known to be as long as they may be.
    init(checked wireForm: [UInt8]) { self.wireForm = wireForm }

    /// A name from its text, with or without the dot of the root at the end.
    ///
    /// `\.` is a dot within a label, `\\` a backslash, `\065` the octet of this number (RFC 1035, 5.1). `nil` for an
    /// empty text, an empty label, a label of more than 63 octets, and a name of more than 255.
    public init?(_ text: some StringProtocol) {
        if text == "." {
            self = .root
            return
        }
        guard !text.isEmpty, let labels = Self.labels(Array(text.utf8)[...]) else { return nil }
        self.init(labels: labels)
    }

    /// A name of these labels; `nil` where one is empty or too long, or all together are.
    init?(labels: [[UInt8]]) {
        var wireForm: [UInt8] = []
        for label in labels {
            guard 1...Self.longestLabel ~= label.count else { return nil }
            wireForm.append(UInt8(label.count))
            wireForm += label
        }
        wireForm.append(0)
        guard wireForm.count <= Self.longest else { return nil }
        self.init(checked: wireForm)
    }

    private static func labels(_ text: ArraySlice<UInt8>) -> [[UInt8]]? {
        var (labels, rest): ([[UInt8]], ArraySlice<UInt8>) = ([[]], text)
        while let octet = rest.popFirst() {
            switch octet {
            case UInt8(ascii: "."):
                // The dot of the root is the last octet; a label in front of it that is empty is found later.
                if rest.isEmpty, labels.last?.isEmpty == false { return labels }
                labels.append([])
            case UInt8(ascii: "\\"):
                guard let escaped = unescaped(&rest) else { return nil }
                labels[labels.count - 1].append(escaped)
            default:
                labels[labels.count - 1].append(octet)
            }
        }
        return labels
    }

    /// Takes what stands behind a backslash.
    private static func unescaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        guard let first = rest.popFirst() else { return nil }
        guard 0x30...0x39 ~= first else { return first }
        guard let second = rest.popFirst(), let third = rest.popFirst(), 0x30...0x39 ~= second, 0x30...0x39 ~= third
        else { return nil }
        return UInt8(exactly: Int(first - 0x30) * 100 + Int(second - 0x30) * 10 + Int(third - 0x30))
    }

    /// The labels from the left, without the root's.
    public var labels: [ArraySlice<UInt8>] {
        var (labels, rest): ([ArraySlice<UInt8>], ArraySlice<UInt8>) = ([], wireForm[...])
        while let length = rest.popFirst(), length > 0 {
            labels.append(rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
        }
        return labels
    }

    /// This name below `domain`: `api` below `example.com` is `api.example.com`; `nil` where that is too long.
    public func below(_ domain: DomainName) -> DomainName? {
        let joined = wireForm.dropLast() + domain.wireForm
        return joined.count <= Self.longest ? DomainName(checked: Array(joined)) : nil
    }

    /// Whether it is `domain` or ends in its labels.
    public func isWithin(_ domain: DomainName) -> Bool {
        let (own, others) = (labels, domain.labels)
        guard own.count >= others.count else { return false }
        return zip(own.suffix(others.count), others).allSatisfy { $0.map(\.lowercased) == $1.map(\.lowercased) }
    }

    /// Whether it can be the name of a host or a service: letters, digits, hyphens and underscores (RFC 1123, RFC
    /// 2782), and its last label is no number, as that of an address in an unusual form (`127.1`, `0x7f000001`) is.
    public var isHostName: Bool {
        guard let last = labels.last, let first = labels.first?.first, first != UInt8(ascii: "-") else { return false }
        let isNumber =
            last.allSatisfy { 0x30...0x39 ~= $0 } || last.starts(with: "0x".utf8) || last.starts(with: "0X".utf8)
        return !isNumber && labels.allSatisfy { $0.allSatisfy(\.isOfHostName) }
    }
}

extension DomainName: Hashable {
    /// Whether both are the same but for the case of letters (RFC 4343).
    public static func == (left: DomainName, right: DomainName) -> Bool {
        // Lengths are below the numbers of letters.
        left.wireForm.count == right.wireForm.count
            && zip(left.wireForm, right.wireForm).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// As `==` compares.
    public func hash(into hasher: inout Hasher) {
        for octet in wireForm { hasher.combine(octet.lowercased) }
    }
}

extension DomainName: CustomStringConvertible {
    /// The labels with dots between them, without the root's; what is no visible ASCII character is escaped.
    public var description: String {
        let labels = labels
        guard !labels.isEmpty else { return "." }
        return labels.map { $0.map(\.escaped).joined() }.joined(separator: ".")
    }
}

extension UInt8 {
    /// The small letter for a capital one, else itself.
    var lowercased: UInt8 { 0x41...0x5a ~= self ? self + 0x20 : self }

    fileprivate var isOfHostName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    fileprivate var escaped: String {
        switch self {
        case UInt8(ascii: "."), UInt8(ascii: "\\"): "\\\(Character(Unicode.Scalar(self)))"
        case 0x21...0x7e: String(Character(Unicode.Scalar(self)))
        default: "\\" + String(1000 + Int(self)).dropFirst()
        }
    }
}
