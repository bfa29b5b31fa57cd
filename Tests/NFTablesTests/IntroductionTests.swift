import Addressing
import Testing

@testable import NFTables

/// The order in which a table comes into a kernel that tracks no connections yet.
@Suite struct IntroductionTests {
    private let identity = Table.Identity(.ip, "lvscare")
    private let condition: [Expression] = .originalDestination(.loopback(.ipv4))

    private func table(_ hook: Hook, _ rules: Rule...) -> Table {
        Table(identity, chains: [Chain("mark"), Chain("postrouting", hook: hook, rules: rules)])
    }

    private let translation = Hook(.nat, .postrouting, priority: .sourceNAT)

    @Test func `begins to track before it translates, and drops what it would translate meanwhile`() {
        let wanted = table(translation, Rule(condition, .masquerade(.fullyRandom)))
        let before = table(
            Hook(.filter, .postrouting, priority: .sourceNAT), Rule(condition, .verdict(.drop)))
        #expect(wanted.introduction(insteadOf: nil) == [.replace(before), .letPacketsPass, .replace(wanted)])
    }

    @Test func `removes a table that translates and tracks nothing before it begins to track`() {
        let wanted = table(translation, Rule(condition, .masquerade(.fullyRandom)))
        let flushed = table(translation)
        let changes = wanted.introduction(insteadOf: flushed)
        #expect(changes.first == .delete(identity))
        #expect(changes.dropFirst() == wanted.introduction(insteadOf: nil)[...])
    }

    @Test func `replaces a table that has connections tracked in one transaction`() {
        let wanted = table(translation, Rule(condition, .masquerade(.fullyRandom)))
        let found = table(translation, Rule(condition, .counter))
        #expect(wanted.introduction(insteadOf: found) == [.replace(wanted)])
    }

    @Test func `replaces in one transaction where nothing is tracked`() {
        let wanted = table(Hook(.filter, .input, priority: .filter), Rule(.verdict(.drop)))
        #expect(wanted.introduction(insteadOf: nil) == [.replace(wanted)])
    }
}
