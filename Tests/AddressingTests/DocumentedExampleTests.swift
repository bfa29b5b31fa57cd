import Addressing
import Testing

/// The code that `Addressing.docc` quotes.
@Suite struct AddressingExampleTests {
    @Test func `an endpoint is read from its text and lies in a block`() throws {
        let endpoint = try Endpoint("[fd00::2]:6443")
        let block = try #require(IPAddress("fd00::").flatMap { CIDR(address: $0, prefixLength: 8) })
        #expect(block.contains(endpoint.address))
        #expect("\(endpoint) in \(block)" == "[fd00::2]:6443 in fd00::/8")
    }

    @Test func `a text that is no endpoint says why`() {
        #expect(throws: EndpointParsingError.unbracketedIPv6) { try Endpoint("fd00::2:6443") }
    }
}
