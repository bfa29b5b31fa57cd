import LVSCareModel
import Testing

@testable import Probing

/// The verdicts in one row of a table, on one behaviour of a server.
struct VerdictRow: Sendable {
    /// The oracles with the opposite verdict, and the reason for ours.
    struct Dissent: Sendable {
        var of: Set<Oracle>
        var why: String
    }

    var name: String
    /// Our verdict.
    var isHealthy: Bool
    /// The oracles that can judge the server.
    var oracles = Set(Oracle.allCases)
    var dissent: Dissent?
}

/// Compares our verdicts and those of each oracle with the rows. Returns our outcomes.
func compareVerdicts(_ rows: [(row: VerdictRow, question: Oracle.Question)]) async throws -> [ProbeOutcome] {
    // At the same time, because each waits for servers that never answer.
    async let ours = inParallel(rows.map(\.question)) {
        try await probe($0.endpoint, $0.configuration, timeout: .seconds(Oracle.timeout))
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        for oracle in Oracle.allCases { group.addTask { try await compareVerdicts(rows, of: oracle) } }
        try await group.waitForAll()
    }
    let outcomes = try await ours
    for (row, outcome) in zip(rows.map(\.row), outcomes) {
        #expect(outcome.isHealthy == row.isHealthy, "\(row.name): \(outcome)")
        #expect(row.dissent.map { !$0.of.isEmpty && $0.of.isSubset(of: row.oracles) } ?? true, "\(row.name)")
    }
    return outcomes
}

private func compareVerdicts(_ rows: [(row: VerdictRow, question: Oracle.Question)], of oracle: Oracle) async throws {
    let judged = rows.filter { $0.row.oracles.contains(oracle) }
    let verdicts = try await oracle.verdicts(on: judged.map(\.question))
    try #require(verdicts.count == judged.count)
    for (row, verdict) in zip(judged.map(\.row), verdicts) {
        let dissents = row.dissent?.of.contains(oracle) ?? false
        #expect(
            verdict.isHealthy == (row.isHealthy != dissents),
            "\(row.name): \(oracle.rawValue) says \(verdict.isHealthy ? "healthy" : "unhealthy"), \(verdict.remark)")
    }
}
