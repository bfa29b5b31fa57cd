/// Properties of IPVS itself; the first line of `ipvsadm -Ln`.
public struct Info: Hashable, Sendable {
    /// Version of IPVS, in the kernel one number of three bytes (`IP_VS_VERSION_CODE`).
    ///
    /// Wire: `IPVS_INFO_ATTR_VERSION`, u32, host order (`linux/ip_vs.h`).
    public struct Version: RawRepresentable, Hashable, Sendable {
        /// The number: `0x010201` is 1.2.1.
        public var rawValue: UInt32

        /// A version of its number.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
    }

    /// Version of IPVS.
    public var version: Version
    /// Number of rows in the hash table of connections.
    ///
    /// Wire: `IPVS_INFO_ATTR_CONN_TAB_SIZE`, u32, host order.
    public var connectionTableSize: UInt32

    /// Creates information; `connectionTableSize` is a number of hash table rows.
    public init(version: Version, connectionTableSize: UInt32) {
        self.version = version
        self.connectionTableSize = connectionTableSize
    }
}

extension Info.Version: CustomStringConvertible {
    /// The three bytes with dots between them: `1.2.1`.
    public var description: String { "\(rawValue >> 16 & 0xff).\(rawValue >> 8 & 0xff).\(rawValue & 0xff)" }
}
