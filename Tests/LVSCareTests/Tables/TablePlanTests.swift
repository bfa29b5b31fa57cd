import Addressing
import Director
import LVSCareModel
import NFTables
import Testing

@testable import LVSCare

/// What is decided about shared tables, as a value.
@Suite struct TablePlanTests {
    private static let kind = SharedTableKind.masquerade(.ipv4)
    private static let identity = MasqueradeTable.identity(.ipv4, bit: 0)

    private static func share(_ number: UInt8, bit: Int = 0, source: UInt8 = 9) throws -> TableShare {
        let source = try #require(IPAddress("10.9.9.\(source)"))
        return MasqueradeTable.share(Masquerading(of: try Endpoint("10.0.0.\(number):80"), bit: bit, source: source))
    }

    private static func table(of shares: TableShare...) throws -> Table {
        var table = try #require(kind.base(shares.first?.table ?? identity))
        for index in table.sets.indices {
            let set = table.sets[index].name
            table.sets[index].elements = Set(shares.flatMap { $0.elements[SharedSet(rawValue: set) ?? .vips] ?? [] })
        }
        return table
    }

    private static func plan(
        _ tables: [Table], former: Set<Table.Identity> = [], wanted: [TableShare] = [], going: Set<TableOwner> = []
    ) -> TablePlan {
        TablePlan(
            kind, found: FoundTables(tables: tables, former: former),
            wanted: Dictionary(uniqueKeysWithValues: wanted.map { ($0.owner, $0) }), going: going, isRight: { $0 == $1 }
        )
    }

    @Test func `nothing is to be done where all is right, whatever else the table holds`() throws {
        let mine = try Self.share(1)
        let plan = Self.plan([try Self.table(of: mine, Self.share(2))], wanted: [mine])
        #expect(plan.isEmpty && plan.news.isEmpty)
        #expect(Self.plan([]).isEmpty)
        #expect(Self.plan([try Self.table(of: mine)]).isEmpty)
    }

    @Test func `a missing table is made with the elements of all services`() throws {
        let shares = try [Self.share(1), Self.share(2)]
        let plan = Self.plan([], wanted: shares)
        #expect(plan.changes.isEmpty)
        #expect(plan.replacements.map(\.table) == [try Self.table(of: shares[0], shares[1])])
        #expect(plan.news.count == 2 && plan.news.values.allSatisfy { $0.verb == .added })
        #expect(
            plan.news[shares[1].owner]?.description
                == "added element ip lvscare-bit-0 services { 10.0.0.2 . tcp . 80 }")
    }

    @Test func `one more service is two elements more`() throws {
        let (one, two) = try (Self.share(1), Self.share(2))
        let plan = Self.plan([try Self.table(of: one)], wanted: [one, two])
        #expect(plan.replacements.isEmpty)
        #expect(
            plan.changes == [
                .add(two.elements[.services] ?? [], set: "services", Self.identity),
                .add(two.elements[.sources] ?? [], set: "sources", Self.identity),
            ])
        #expect(Array(plan.news.keys) == [two.owner])
    }

    @Test func `another source is one element less and one more`() throws {
        let (before, after) = try (Self.share(1), Self.share(1, source: 8))
        let plan = Self.plan([try Self.table(of: before, Self.share(2))], wanted: [after])
        #expect(
            plan.changes == [
                .remove(before.elements[.sources] ?? [], set: "sources", Self.identity),
                .add(after.elements[.sources] ?? [], set: "sources", Self.identity),
            ])
        #expect(plan.news[after.owner]?.verb == .replaced)
        #expect(plan.news[after.owner]?.found == "other elements")
    }

    @Test func `rules are put right and the elements of others stay`() throws {
        let (mine, other) = try (Self.share(1), Self.share(2))
        let right = try Self.table(of: mine, other)
        var damaged = right
        damaged.chains[0].rules = []
        let plan = Self.plan([damaged], wanted: [mine])
        #expect(plan.replacements.map(\.table) == [right])
        #expect(plan.changes.isEmpty)
        #expect(plan.news.keys.map(\.self) == [mine.owner])
        #expect(plan.news[mine.owner]?.found == "other rules in the table")
    }

    @Test func `who has nothing in a table leaves its rules alone`() throws {
        var damaged = try Self.table(of: Self.share(2))
        damaged.chains = []
        #expect(Self.plan([damaged]).isEmpty)
        #expect(Self.plan([damaged], going: [try Self.share(1).owner]).isEmpty)
    }

    @Test func `what goes takes its elements along, and the last one the table`() throws {
        let (mine, other) = try (Self.share(1), Self.share(2))
        let plan = Self.plan([try Self.table(of: mine, other)], going: [mine.owner])
        #expect(
            plan.changes == [
                .remove(mine.elements[.services] ?? [], set: "services", Self.identity),
                .remove(mine.elements[.sources] ?? [], set: "sources", Self.identity),
            ])
        #expect(
            plan.news[mine.owner]?.description
                == "removed element ip lvscare-bit-0 services { 10.0.0.1 . tcp . 80 }")
        #expect(Self.plan([try Self.table(of: mine)], going: [mine.owner]).changes == [.delete(Self.identity)])
        #expect(
            Self.plan([try Self.table(of: mine, other)], going: [mine.owner, other.owner]).changes
                == [.delete(Self.identity)])
        // Whatever bit it has, and where somebody has emptied it already.
        let elsewhere = try Self.share(1, bit: 5)
        #expect(
            Self.plan([try Self.table(of: elsewhere)], going: [mine.owner]).changes == [.delete(elsewhere.table)])
        #expect(Self.plan([try Self.table()], going: [mine.owner]).changes == [.delete(Self.identity)])
        #expect(Self.plan([], going: [mine.owner]).isEmpty)
    }

    @Test func `a service that changes its bit is never without`() throws {
        let (before, after, other) = try (Self.share(1), Self.share(1, bit: 5), Self.share(2))
        let plan = Self.plan([try Self.table(of: before, other)], wanted: [after])
        #expect(plan.replacements.map(\.table) == [try Self.table(of: after)])
        #expect(plan.changes.count == 2)
        #expect(
            plan.news[after.owner]?.description
                == "replaced element ip lvscare-bit-5 services { 10.0.0.1 . tcp . 80 } (found "
                + "element ip lvscare-bit-0 services { 10.0.0.1 . tcp . 80 })")
    }

    @Test func `the table of an earlier version goes with what takes its place`() throws {
        let (mine, other) = try (Self.share(1), Self.share(2))
        let former: Set = [mine.owner.former, other.owner.former]
        let plan = Self.plan([], former: former, wanted: [mine])
        #expect(plan.replacements.map(\.table) == [try Self.table(of: mine)])
        #expect(plan.changes == [.delete(mine.owner.former)])
        #expect(
            plan.news[mine.owner]?.description
                == "replaced element ip lvscare-bit-0 services { 10.0.0.1 . tcp . 80 } (found table ip lvscare-10.0.0.1-80)"
        )
        let cleaned = Self.plan([], former: former, going: [other.owner])
        #expect(cleaned.changes == [.delete(other.owner.former)])
        #expect(cleaned.news[other.owner]?.description == "removed table ip lvscare-10.0.0.2-80")
    }

    @Test func `elements that nobody can have stay with the rest`() throws {
        let mine = try Self.share(1)
        var table = try Self.table(of: mine)
        let strange = NamedSet.Element(octets: [UInt8](repeating: 7, count: 12))
        table.sets[0].elements.insert(strange)
        #expect(Self.plan([table], wanted: [mine]).isEmpty)
        table.chains = []
        let plan = Self.plan([table], wanted: [mine])
        #expect(plan.replacements.first?.table.sets[0].elements.contains(strange) == true)
    }
}
