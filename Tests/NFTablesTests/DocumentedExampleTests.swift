import NFTables
import Testing

/// The code that `NFTables.docc` quotes.
@Suite struct NFTablesExampleTests {
    @Test func `a table is built as a value`() throws {
        let address = try #require(IPAddress("10.103.97.2"))

        let table = Table(
            Table.Identity(.inet, "example"),
            sets: [
                NamedSet("services", of: .ipv4Address, .port, elements: [.init(.address(address), .port(443))])
            ],
            chains: [
                Chain(
                    "input", hook: Hook(.filter, .input, priority: .filter),
                    rules: [
                        Rule(
                            .family(.ipv4), .transportProtocol(.tcp), .destinationAndPort(.ipv4, in: "services"),
                            .counter, .verdict(.accept))
                    ])
            ])

        #expect(table.otherParts.isEmpty)
        #expect(table.chains.first?.rules.count == 1)
    }
}
