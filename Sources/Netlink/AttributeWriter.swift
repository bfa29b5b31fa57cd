/// Builds the bytes of netlink attributes; the only place that knows lengths, padding and nesting.
///
/// What cannot be sent (an attribute that does not fit the 16 bits of its length, a text with a NUL in it, a value that
/// ``refuse(_:)`` names) is remembered rather than thrown, so that the code that writes a message is a straight line;
/// ``NetlinkConnection`` refuses such a message as a whole and sends nothing of it.
public struct AttributeWriter: Sendable {
    /// Size of `struct nlattr`.
    static let headerSize = 4
    /// `NLA_TYPE_MASK`: the type without its two flags.
    static let typeMask: UInt16 = 0x3fff
    /// `NLA_F_NESTED`.
    static let nestedFlag: UInt16 = 0x8000

    /// The bytes so far; a multiple of four after every call.
    public private(set) var bytes: [UInt8] = []
    /// What cannot be sent; a list, because an empty one takes less room than no error.
    private var faults: [NetlinkError] = []

    /// The first thing that cannot be sent.
    var fault: NetlinkError? { faults.first }
    /// Whether all of it can be sent.
    var isSound: Bool { faults.isEmpty }

    /// A writer without attributes.
    public init() {}

    init(reserving capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Bytes without an attribute header, padded to four: the fixed header of a family in front of the attributes.
    public mutating func header(_ octets: [UInt8]) {
        bytes.append(contentsOf: octets)
        pad()
    }

    /// One byte, two, four or eight in host byte order.
    @inlinable
    public mutating func integer(_ type: UInt16, _ value: some FixedWidthInteger & BitwiseCopyable) {
        withUnsafeBytes(of: value) { attribute(type, $0) }
    }

    /// Two, four or eight bytes in network byte order.
    @inlinable
    public mutating func bigEndian(_ type: UInt16, _ value: some FixedWidthInteger & BitwiseCopyable) {
        integer(type, value.bigEndian)
    }

    /// Bytes as they are.
    public mutating func octets(_ type: UInt16, _ octets: [UInt8]) {
        octets.withUnsafeBytes { attribute(type, $0) }
    }

    /// A text in UTF-8 with a NUL behind it, which the kernel takes for its end: one with a NUL in it is refused.
    public mutating func string(_ type: UInt16, _ text: String) {
        if text.utf8.contains(0) { refuse("attribute \(type) has a NUL in its text") }
        octets(type, Array(text.utf8) + [0])
    }

    /// Keeps the message from being sent: whoever sends it gets ``NetlinkError/invalid(_:)`` with `reason`, a phrase that
    /// names the value. The first reason counts.
    public mutating func refuse(_ reason: String) { note(.invalid(reason)) }

    private mutating func note(_ error: NetlinkError) { faults.append(error) }

    /// An attribute without a value, whose presence is what it says.
    public mutating func flag(_ type: UInt16) {
        octets(type, [])
    }

    /// An attribute that holds the attributes which `body` writes, marked with `NLA_F_NESTED`.
    public mutating func nest(_ type: UInt16, _ body: (inout AttributeWriter) -> Void) {
        let start = bytes.count
        attribute(type | Self.nestedFlag, UnsafeRawBufferPointer(start: nil, count: 0))
        body(&self)
        let length = bytes.count - start
        guard let short = UInt16(exactly: length) else {
            note(.attributeTooLong(type))
            return
        }
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: short, toByteOffset: start, as: UInt16.self) }
    }

    /// An attribute that holds attributes which are there already as `octets`, marked with `NLA_F_NESTED`.
    public mutating func nested(_ type: UInt16, _ octets: [UInt8]) { self.octets(type | Self.nestedFlag, octets) }

    /// The one that all others come to; not generic, because the generic ones are specialised where they are called.
    @usableFromInline
    mutating func attribute(_ type: UInt16, _ value: UnsafeRawBufferPointer) {
        guard let length = UInt16(exactly: value.count + Self.headerSize) else {
            note(.attributeTooLong(type))
            return
        }
        let start = bytes.count
        // Grown once, because each growing costs more than all that is written.
        bytes.append(contentsOf: repeatElement(0, count: Self.headerSize + (value.count + 3) & ~3))
        bytes.withUnsafeMutableBytes { bytes in
            let attribute = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
            attribute.storeBytes(of: length, as: UInt16.self)
            attribute.storeBytes(of: type, toByteOffset: 2, as: UInt16.self)
            UnsafeMutableRawBufferPointer(rebasing: attribute[Self.headerSize...]).copyMemory(from: value)
        }
    }

    private mutating func pad() {
        while bytes.count % 4 != 0 { bytes.append(0) }
    }
}
