import Addressing
import Testing

@Suite struct EndpointTests {
    @Test(arguments: ["10.103.97.2:6443", "[fd00::2]:6443", "127.0.0.1:1", "[::ffff:10.0.0.1]:65535"])
    func `an endpoint is read from the text that it prints`(text: String) throws {
        #expect(try Endpoint(text).description == text)
    }

    @Test(arguments: [
        ("", EndpointParsingError.empty),
        (":80", .missingAddress),
        ("10.0.0.1", .missingPort),
        ("10.0.0.1:", .missingPort),
        ("[fd00::2]", .missingPort),
        ("[fd00::2]6443", .missingPort),
        ("[fd00::2", .unclosedBracket),
        ("fd00::2:6443", .unbracketedIPv6),
        ("master-1.example:6443", .hostName("master-1.example")),
        ("[10.0.0.1]:80", .notAnAddress("10.0.0.1")),
        ("10.0.0.256:80", .notAnAddress("10.0.0.256")),
        ("10.1:80", .notAnAddress("10.1")),
        ("10.0.0.1:0", .port("0")),
        ("10.0.0.1:65536", .port("65536")),
        ("10.0.0.1:+80", .port("+80")),
        ("10.0.0.1:https", .port("https")),
        (" 10.0.0.1:80", .character(" ")),
        ("10.0.0.1\u{0}x:80", .character("\u{0}")),
        ("10.0.0.1/24:80", .character("/")),
        ("a;b", .character(";")),
        ("10.0.0.1:80/tcp", .character("/")),
        ("http://10.0.0.1:80", .url),
        ("https://10.0.0.1", .url),
        ("tcp://[fd00::2]:80/", .url),
        ("10.0.0.1:80:90", .severalPorts),
        ("localhost:80:90", .severalPorts),
        ("fd00::2", .unbracketedIPv6),
        ("fd00::2::6443", .unbracketedIPv6),
        ("::ffff:10.0.0.1:80", .unbracketedIPv6),
        ("localhost", .hostName("localhost")),
        ("0x7f.0.0.1:80", .notAnAddress("0x7f.0.0.1")),
        ("127.0.0.0x1:80", .notAnAddress("127.0.0.0x1")),
        ("2130706433", .notAnAddress("2130706433")),
        ("--run-once", .notAnAddress("--run-once")),
        ("\u{ff11}.2.3.4:80", .notAnAddress("\u{ff11}.2.3.4")),
        ("[fe80::1%eth0]:80", .notAnAddress("fe80::1%eth0")),
    ])
    func `a text that is no endpoint is refused with its first mistake`(text: String, error: EndpointParsingError) {
        #expect(throws: error) { try Endpoint(text) }
    }

    @Test(arguments: ["10.0.0.1:00080", "10.0.0.1:080", "10.0.0.1:80"])
    func `zeros in front of a port do not count`(text: String) throws {
        #expect(try Endpoint(text).port == 80)
    }

    @Test func `endpoints are ordered by address, then by port`() throws {
        let sorted = try ["[::1]:1", "10.0.0.2:1", "10.0.0.1:2", "10.0.0.1:1"].map { try Endpoint($0) }.sorted()
        #expect(sorted.map(\.description) == ["10.0.0.1:1", "10.0.0.1:2", "10.0.0.2:1", "[::1]:1"])
    }
}
