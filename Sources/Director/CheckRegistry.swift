import LVSCareModel

/// Which check tells the health of which real servers: equal checks are one.
struct CheckRegistry: Sendable {
    /// A real server of a service.
    struct Member: Hashable, Sendable {
        var service: VirtualService
        var realServer: RealServer
    }

    /// What becomes of the checks when members come, stay or go.
    enum Step: Hashable {
        /// One more; what is known of `basis`, where there is one, is known of it.
        case add(CheckID, CheckSpecification, basis: CheckID?)
        /// One that all who rely on it want otherwise.
        case replace(CheckID, with: CheckSpecification)
        /// Nobody relies on it any more.
        case remove(CheckID)
    }

    private struct Entry {
        var specification: CheckSpecification
        /// Those who rely on it, in the order in which they came.
        var members: [Member]
    }

    private var entries: [CheckID: Entry] = [:]
    private var ids: [Member: CheckID] = [:]
    private var equals: [CheckSpecification: CheckID] = [:]
    private var latest = 0

    /// Number of checks.
    var count: Int { entries.count }

    /// The check of a real server; `nil` where it has none.
    subscript(member: Member) -> CheckID? { ids[member] }

    /// Those who rely on a check, in the order in which they came.
    func members(of id: CheckID) -> [Member] { entries[id]?.members ?? [] }

    /// What a check asks.
    func specification(of id: CheckID) -> CheckSpecification? { entries[id]?.specification }

    /// Gives the real servers of a service the checks that its specification asks for; without one, the service goes.
    mutating func adopt(
        _ specification: Specification?, of service: VirtualService, insteadOf former: [RealServer]
    ) -> [Step] {
        var steps: [Step] = []
        let members = specification?.members ?? []
        let declared = Set(members.map(\.realServer))
        for realServer in former.sorted() where !declared.contains(realServer) {
            release(Member(service: service, realServer: realServer), &steps)
        }
        guard let specification else { return steps }
        for member in members {
            let wanted = CheckSpecification(target: member.probed, healthCheck: specification.healthCheck)
            place(Member(service: service, realServer: member.realServer), wanted, &steps)
        }
        return steps
    }

    private mutating func place(_ member: Member, _ wanted: CheckSpecification, _ steps: inout [Step]) {
        let present = ids[member]
        if let present, entries[present]?.specification == wanted { return }
        if let id = equals[wanted] {
            if present != nil { release(member, &steps) }
            entries[id]?.members.append(member)
            ids[member] = id
        } else if let present, let before = entries[present], before.members == [member] {
            equals[before.specification] = nil
            equals[wanted] = present
            entries[present]?.specification = wanted
            steps.append(.replace(present, with: wanted))
        } else {
            latest += 1
            let id = CheckID(number: latest)
            steps.append(.add(id, wanted, basis: present))
            if present != nil { release(member, &steps) }
            entries[id] = Entry(specification: wanted, members: [member])
            equals[wanted] = id
            ids[member] = id
        }
    }

    private mutating func release(_ member: Member, _ steps: inout [Step]) {
        guard let id = ids.removeValue(forKey: member), var entry = entries[id] else { return }
        entry.members.removeAll { $0 == member }
        entries[id] = entry
        guard entry.members.isEmpty else { return }
        entries[id] = nil
        equals[entry.specification] = nil
        steps.append(.remove(id))
    }
}
