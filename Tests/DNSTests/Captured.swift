/// What other programs send.
///
/// Answers are those of dnsmasq 2.90 with `host-record=api.example.com,10.0.0.1,fd00::1,120`,
/// `host-record=one.example.com,10.0.0.7,7`, `cname=alias.example.com,second.example.com`,
/// `cname=second.example.com,api.example.com`, `srv-host=_https._tcp.example.com,api.example.com,6443,10,60`,
/// `srv-host=_https._tcp.example.com,one.example.com,6444,20,40`, `txt-record=text.example.com,hello`,
/// `local=/example.com/`, `local-ttl=120` and 200 lines `host-record=large.example.com,10.1.0.N`.
enum Captured {
    /// Questions of `dig +nocookie +noadflag NAME TYPE`, the first with `+noedns`, the others with `+bufsize=1232`.
    static let queries: [(name: String, type: UInt16, id: UInt16, size: UInt16?, octets: [UInt8])] = [
        (
            "api.example.com", 1, 0xdd7b, nil,
            octets("dd7b0100000100000000000003617069076578616d706c6503636f6d0000010001")
        ),
        (
            "api.example.com", 28, 0x7cf3, 1232,
            octets("7cf30100000100000000000103617069076578616d706c6503636f6d00001c000100002904d0000000000000")
        ),
        (
            "api.example.com", 33, 0x9b32, 1232,
            octets("9b320100000100000000000103617069076578616d706c6503636f6d000021000100002904d0000000000000")
        ),
    ]

    /// `api.example.com A`: one address.
    static let address = octets(
        """
        12348580000100010000000103617069076578616d706c6503636f6d0000010001
        c00c000100010000007800040a00000100002904d0000000000000
        """)
    /// `api.example.com AAAA`.
    static let address6 = octets(
        """
        12348580000100010000000103617069076578616d706c6503636f6d00001c0001
        c00c001c0001000000780010fd00000000000000000000000000000100002904d0000000000000
        """)
    /// `alias.example.com A`: two aliases, and the address of the last.
    static let aliases = octets(
        """
        123485800001000300000001
        05616c696173076578616d706c6503636f6d0000010001
        c00c00050001000000780014067365636f6e64076578616d706c6503636f6d00
        c02f0005000100000078001103617069076578616d706c6503636f6d00
        c04f000100010000007800040a000001
        00002904d0000000000000
        """)
    /// `_https._tcp.example.com SRV`: two places, and their addresses.
    static let services = octets(
        """
        123485800001000200000004
        065f6874747073045f746370076578616d706c6503636f6d0000210001
        c00c0021000100000078001700140028192c036f6e65076578616d706c6503636f6d00
        c00c00210001000000780017000a003c192b03617069076578616d706c6503636f6d00
        c05e000100010000007800040a000001
        c05e001c0001000000780010fd000000000000000000000000000001
        c03b000100010000000700040a000007
        00002904d0000000000000
        """)
    /// `nowhere.example.com A`.
    static let noSuchName = octets(
        "123481830001000000000001076e6f7768657265076578616d706c6503636f6d000001000100002904d0000000000000")
    /// `one.example.com AAAA`, which has only an IPv4 address.
    static let noRecords = octets(
        "123481800001000000000001036f6e65076578616d706c6503636f6d00001c000100002904d0000000000000")
    /// `elsewhere.org A`, for which it has nobody to ask; with an option of RFC 8914.
    static let refused = octets(
        "12348185000100000000000109656c73657768657265036f7267000001000100002904d0000000000006000f0002000e")
    /// `text.example.com TXT`.
    static let text = octets(
        """
        12348580000100010000000104746578740765786
        16d706c6503636f6d0000100001c00c001000010000007800060568656c6c6f00002904d0000000000000
        """)
    /// `API.Example.COM A` without RFC 6891.
    static let capitals = octets(
        "12348580000100010000000003415049074578616d706c6503434f4d0000010001c00c000100010000007800040a000001")
    /// The beginning of `large.example.com A`, of whose 200 records 29 fit into 499 octets: cut behind the first two
    /// here, as some servers do without another count.
    static let cut = octets(
        """
        123487800001001d00000000056c61726765076578616d706c6503636f6d0000010001
        c00c000100010000007800040a010065c00c000100010000007800040a010033
        """)

    /// Those that are whole.
    static let whole = [
        address, address6, aliases, services, noSuchName, noRecords, refused, text, capitals, queries[0].octets,
        queries[1].octets, queries[2].octets,
    ]

    static func octets(_ text: String) -> [UInt8] {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
