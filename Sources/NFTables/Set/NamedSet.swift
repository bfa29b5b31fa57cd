public import Netlink

/// A set of keys that rules look packets up in, or, if others made it, a map. `set NAME { type ipv4_addr . inet_service; elements = { … } }`
public struct NamedSet: Hashable, Sendable {
    /// One key: the values of the set's fields as bytes; those of several are padded to a multiple of four each.
    public struct Element: Hashable, Sendable {
        /// The bytes of the key; none for the element that stands for all other keys (`*`).
        public var octets: [UInt8]
        /// Other properties of this element, as they were read: timeout, end of an interval, value of a map, comment …
        public internal(set) var otherAttributes = OpaqueAttributes()
        /// What passes, as it was read: how long it still has, what its statements have counted.
        var state = Uncompared(OpaqueAttributes())

        /// A key of its bytes.
        public init(octets: [UInt8]) { self.octets = octets }

        /// A key of one value for each field. `10.103.97.2 . 6443`
        public init(_ values: SetValue...) { self.init(values) }

        /// A key of one value for each field.
        public init(_ values: [SetValue]) {
            octets = values.flatMap { value in
                let octets = value.octets
                // What stands alone is not padded.
                return octets + [UInt8](repeating: 0, count: values.count == 1 ? 0 : -octets.count & 3)
            }
        }
    }

    /// Properties beyond a plain set of keys, `NFT_SET_…`: constant, intervals, a map, timeouts …
    ///
    /// Sets of this library have none; they are kept for sets that others made.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The bits.
        public var rawValue: UInt32

        /// Flags of their bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// `NFT_SET_ANONYMOUS`: made along with a rule, `tcp dport { 80, 443 }`, and gone with it.
        public static let anonymous = Flags(rawValue: 1)
        /// `NFT_SET_TIMEOUT`: elements may go away by themselves.
        public static let timeout = Flags(rawValue: 0x10)
    }

    /// Its name, at most 255 bytes.
    public var name: String
    /// The number of the key's type, made of ``fields``.
    public private(set) var keyType: UInt32
    /// Bytes of a key.
    public private(set) var keyLength: Int
    /// Properties that others gave to it.
    public let flags: Flags
    /// Other properties, as they were read: default timeout, size, type of the values of a map …
    public internal(set) var otherAttributes = OpaqueAttributes()
    /// How the `nft` command wants to show it, as it was read; the kernel does not look into it.
    var userData = Uncompared<[UInt8]>([])
    /// Elements that a list of them has at least; 0 where the kernel does not tell, or they may go away.
    var leastCount = Uncompared(0)
    /// Its keys.
    public var elements: Set<Element>

    /// A set whose keys have these fields.
    public init(_ name: String, of fields: SetField..., elements: Set<Element> = []) {
        self.init(name, of: fields, elements: elements)
    }

    /// A set whose keys have these fields, five at most.
    public init(_ name: String, of fields: [SetField], elements: Set<Element> = []) {
        self.init(
            name, keyType: SetField.keyType(of: fields), keyLength: SetField.keyLength(of: fields), elements: elements)
    }

    init(_ name: String, keyType: UInt32, keyLength: Int, flags: Flags = [], elements: Set<Element> = []) {
        self.name = name
        self.keyType = keyType
        self.keyLength = keyLength
        self.flags = flags
        self.elements = elements
    }

    /// The fields of a key; `nil` for a type that this library does not know.
    public var fields: [SetField]? { SetField.fields(of: keyType) }
}
