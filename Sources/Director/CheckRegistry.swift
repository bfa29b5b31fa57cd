import LVSCareModel

/// Which checks tell the health of which real servers: equal checks are one, whatever people call them.
struct CheckRegistry: Sendable {
    /// A real server of a service.
    struct Member: Hashable, Sendable {
        var service: VirtualService
        var realServer: RealServer
    }

    /// What becomes of the checks when members come, stay or go.
    enum Step: Hashable {
        /// One more; what is known of `basis`, where there is one, is known of it.
        case add(CheckID, ProbeTarget, basis: CheckID?)
        /// One that all who rely on it want otherwise.
        case replace(CheckID, with: ProbeTarget)
        /// Nobody relies on it any more.
        case remove(CheckID)
    }

    private struct Entry {
        var specification: ProbeTarget
        /// Those who rely on it, in the order in which they came.
        var members: [Member]
    }

    private var entries: [CheckID: Entry] = [:]
    /// The checks of each real server in the order in which they were declared; equal ones are one.
    private var ids: [Member: [CheckID]] = [:]
    private var equals: [ProbeTarget: CheckID] = [:]
    private var latest = 0

    /// Makes room for the checks of so many real servers at once.
    mutating func reserveCapacity(_ members: Int) {
        entries.reserveCapacity(members)
        ids.reserveCapacity(members)
        equals.reserveCapacity(members)
    }

    /// Number of checks.
    var count: Int { entries.count }

    /// The checks of a real server, as many as its policy has and in its order.
    subscript(member: Member) -> [CheckID] { ids[member] ?? [] }

    /// Those who rely on a check, in the order in which they came.
    func members(of id: CheckID) -> [Member] { entries[id]?.members ?? [] }

    /// What a check asks.
    func specification(of id: CheckID) -> ProbeTarget? { entries[id]?.specification }

    /// Gives the real servers of a service the checks that its specification asks for; without one, the service goes.
    mutating func adopt(
        _ specification: Specification?, of service: VirtualService, insteadOf former: [RealServer]
    ) -> [Step] {
        var steps: [Step] = []
        let members = specification?.members ?? []
        let declared = Set(members.map(\.realServer))
        for realServer in former.sorted() where !declared.contains(realServer) {
            let member = Member(service: service, realServer: realServer)
            for id in ids.removeValue(forKey: member) ?? [] { release(id, by: member, &steps) }
        }
        guard let specification else { return steps }
        for member in members {
            let wanted = specification.health(of: member).checks.map {
                ProbeTarget(member.probed, $0.check)
            }
            place(Member(service: service, realServer: member.realServer), wanted, &steps)
        }
        return steps
    }

    private mutating func place(_ member: Member, _ wanted: [ProbeTarget], _ steps: inout [Step]) {
        let present = ids[member] ?? []
        if present.count == wanted.count, zip(present, wanted).allSatisfy({ entries[$0]?.specification == $1 }) {
            return
        }
        var others = present.filter { id in !wanted.contains { entries[id]?.specification == $0 } }
        let news = wanted.filter { new in !present.contains { entries[$0]?.specification == new } }
        var mine = present
        ids[member] = wanted.map { specification in
            if let id = equals[specification], mine.contains(id) { return id }
            let former = predecessor(of: specification, among: others, isSole: news.count == 1)
            others.removeAll { $0 == former }
            let id = rely(member, on: specification, insteadOf: former, &steps)
            mine.append(id)
            return id
        }
        for id in others { release(id, by: member, &steps) }
    }

    /// The check in whose place a new one of the same real server comes: one that asks the same, or the only one that goes where only
    /// one comes.
    private func predecessor(
        of specification: ProbeTarget, among others: [CheckID], isSole: Bool
    ) -> CheckID? {
        let alike = others.first { entries[$0]?.specification.asksTheSame(as: specification) == true }
        return alike ?? (isSole && others.count == 1 ? others.first : nil)
    }

    private mutating func rely(
        _ member: Member, on wanted: ProbeTarget, insteadOf former: CheckID?, _ steps: inout [Step]
    ) -> CheckID {
        if let id = equals[wanted] {
            if let former { release(former, by: member, &steps) }
            entries[id]?.members.append(member)
            return id
        }
        if let former, let before = entries[former], before.members == [member] {
            equals[before.specification] = nil
            equals[wanted] = former
            entries[former]?.specification = wanted
            steps.append(.replace(former, with: wanted))
            return former
        }
        latest += 1
        let id = CheckID(number: latest)
        steps.append(.add(id, wanted, basis: former))
        if let former { release(former, by: member, &steps) }
        entries[id] = Entry(specification: wanted, members: [member])
        equals[wanted] = id
        return id
    }

    /// A real server relies no longer on a check. Nothing happens when it did not.
    private mutating func release(_ id: CheckID, by member: Member, _ steps: inout [Step]) {
        guard var entry = entries[id] else { return }
        entry.members.removeAll { $0 == member }
        entries[id] = entry
        guard entry.members.isEmpty else { return }
        entries[id] = nil
        equals[entry.specification] = nil
        steps.append(.remove(id))
    }
}
