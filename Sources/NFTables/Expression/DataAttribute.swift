import Netlink

/// Attributes of data, which is a value or a verdict, `NFTA_DATA_…`.
enum DataAttribute: UInt16 {
    case value = 1
    /// Nested ``VerdictAttribute``s.
    case verdict = 2
}

extension AttributeWriter {
    /// An attribute that holds the value `octets` as data.
    mutating func data(_ type: UInt16, _ octets: [UInt8]) {
        nest(type) { $0.octets(DataAttribute.value.rawValue, octets) }
    }
}

extension RawSpan {
    /// The value that these bytes hold as data; `nil` for a verdict.
    func dataValue() throws(NetlinkDecodingError) -> [UInt8]? {
        var octets: [UInt8]?
        try forEachAttribute { (type, value) throws(NetlinkDecodingError) in
            if DataAttribute(rawValue: type) == .value { octets = value.octets }
        }
        return octets
    }
}
