import LVSCare
import LVSCareModel
import Testing

@testable import LVSCareCommands

@Suite struct CheckTextTests {
    /// 2026-11-23T12:00:00Z.
    static let now: Int64 = 1_795_435_200

    static func text(_ report: CheckReport, width: Int? = nil) -> String {
        CheckText(report: report, now: now).fitting(width)
    }

    static func mixed() throws -> CheckReport {
        try .of([
            "192.168.0.2:6443": .answered(200),
            "192.168.0.3:6443": .failed(.refused, .connect, "connection refused"),
            "192.168.0.4:6443": .failed(
                .certificate(.unknownIssuer), .tls, "unable to get local issuer certificate",
                times: ProbeTimes(connect: .microseconds(12_345)), expiry: 1_795_400_000),
            "192.168.0.5:6443": .failed(
                .status(503), .response, "status 503",
                times: ProbeTimes(
                    connect: .microseconds(49), tls: .microseconds(51), firstByte: .milliseconds(1_234)),
                expiry: 1_795_435_200 + 3 * 3600),
            "192.168.0.6:6443": .failed(.connectTimeout, .connect, "no connection within 10 s"),
        ])
    }

    @Test func `the report has one line for each real server`() throws {
        let text = try Self.text(Self.mixed())
        #expect(
            text == """
                REAL SERVER       VERDICT    REASON                       CONNECT     TLS     ANSWER  CERTIFICATE           WEIGHT
                192.168.0.2:6443  healthy    status 200                    0.3 ms  2.1 ms     1.0 ms  2027-02-01 (69 d)     1
                192.168.0.3:6443  unhealthy  connection refused                 –       –          –  –                     0
                192.168.0.4:6443  unhealthy  certificate: unknown issuer  12.3 ms       –          –  2026-11-23 (expired)  0
                192.168.0.5:6443  unhealthy  status 503                    0.0 ms  0.1 ms  1234.0 ms  2026-11-23 (3 h)      0
                192.168.0.6:6443  unhealthy  connect timeout                    –       –          –  –                     0

                connection refused
                  → start the server, or correct the port in --rs
                certificate: unknown issuer: unable to get local issuer certificate
                  → give the issuer's certificate with --health-ca
                status 503
                  → look into the server's log
                connect timeout: no connection within 10 s
                  → find out whether the host is up and no firewall drops the packets
                Weight 0: no new connections; removed when the next check fails, too.

                """)
    }

    @Test func `a narrow terminal has the reasons on lines of their own`() throws {
        let text = try Self.text(
            .of([
                "192.168.0.2:6443": .answered(200),
                "192.168.0.3:6443": .failed(.refused, .connect, "connection refused"),
                "192.168.0.4:6443": .answered(401),
                "192.168.0.5:6443": .failed(.refused, .connect, "connection refused"),
            ]), width: 80)
        #expect(
            text == """
                REAL SERVER       VERDICT    CONNECT     TLS  ANSWER  CERTIFICATE        WEIGHT
                192.168.0.2:6443  healthy     0.3 ms  2.1 ms  1.0 ms  2027-02-01 (69 d)  1
                192.168.0.3:6443  unhealthy        –       –       –  –                  0
                  connection refused
                192.168.0.4:6443  healthy     0.3 ms  2.1 ms  1.0 ms  2027-02-01 (69 d)  1
                192.168.0.5:6443  unhealthy        –       –       –  –                  0
                  connection refused

                connection refused
                  → start the server, or correct the port in --rs
                Weight 0: no new connections; removed when the next check fails, too.

                """)
        #expect(!text.split(separator: "\n").contains { $0.count > 80 })
    }

    @Test func `a table that fits stays whole`() throws {
        let report = try Self.mixed()
        let width = Self.text(report).split(separator: "\n").map(\.count).max() ?? 0
        #expect(Self.text(report, width: width) == Self.text(report))
        #expect(
            Self.text(report, width: width - 1).split(separator: "\n").first
                != Self.text(report).split(separator: "\n").first)
    }

    @Test func `plain probes have no columns for TLS`() throws {
        let http = ProbeConfiguration.http(HTTPProbeConfiguration(scheme: .http))
        let report = try CheckReport.of(
            [
                "127.0.0.1:80": .answered(204, tls: nil, expiry: nil),
                "[2001:db8:1111:2222:3333:4444:5555:6666]:65535": .failed(.unreachable, .connect, "no route to host"),
            ], by: http)
        #expect(
            Self.text(report, width: 200) == """
                REAL SERVER                                     VERDICT    REASON       CONNECT  ANSWER  WEIGHT
                127.0.0.1:80                                    healthy    status 204    0.3 ms  1.0 ms  1
                [2001:db8:1111:2222:3333:4444:5555:6666]:65535  unhealthy  unreachable        –       –  0

                unreachable: no route to host
                  → look for a route to the real server, and whether its host is up
                Weight 0: no new connections; removed when the next check fails, too.

                """)
        // A redirect may lead to TLS nevertheless.
        let redirected = try CheckReport.of(["127.0.0.1:80": .answered(200)], by: http)
        #expect(Self.text(redirected).contains("CERTIFICATE"))
    }

    @Test func `a mere connection has no answer`() throws {
        let report = try CheckReport.of(
            ["127.0.0.1:80": .answered(nil, tls: nil, answer: nil, expiry: nil)], by: .tcp)
        #expect(
            Self.text(report) == """
                REAL SERVER   VERDICT  REASON     CONNECT  WEIGHT
                127.0.0.1:80  healthy  connected   0.3 ms  1

                """)
    }

    /// What is in the table, the probe's verdict, and what the column says.
    static let weights: [([String: Weight]?, Bool, String)] = [
        (nil, true, "1"), (nil, false, "0"), ([:], true, "– → 1"), ([:], false, "–"),
        (["10.0.0.1:1": 1], true, "1"), (["10.0.0.1:1": 1], false, "1 → 0"), (["10.0.0.1:1": 0], true, "0 → 1"),
        (["10.0.0.1:1": 0], false, "0 → –"), (["10.0.0.1:1": 100], true, "100 → 1"),
        (["10.0.0.1:1": 100], false, "100 → 0"), (["10.0.0.9:1": 1], true, "– → 1"),
    ]

    @Test(arguments: weights)
    func `a cell has the weight now and next`(_ weights: [String: Weight]?, _ isHealthy: Bool, _ cell: String) throws {
        let outcome: ProbeOutcome = isHealthy ? .answered(200) : .failed(.refused, .connect, "connection refused")
        let report = try CheckReport.of(
            ["10.0.0.1:1": outcome], service: weights.map { _ in "10.0.0.10:80" }, weights: weights)
        let lines = Self.text(report).split(separator: "\n")
        #expect(lines[1].hasSuffix("  " + cell))
        let isRead = weights != nil
        #expect(lines.contains { $0.hasPrefix("Weights: of 10.0.0.10:80 ") } == isRead)
        #expect(lines.contains { $0.hasPrefix("Weight 0: ") } == cell.hasSuffix("0"))
    }

    /// What is in the table, whom `keep` gives connections although all fail, and what `remove` does.
    static let allFail: [(table: [String: Weight]?, kept: [Weight?], removed: [Weight?])] = [
        (nil, [1, 1, 1], [0, 0, 0]),
        ([:], [1, 1, 1], [nil, nil, nil]),
        (["10.0.0.1:1": 1, "10.0.0.2:1": 0], [1, 0, nil], [0, nil, nil]),
        (["10.0.0.1:1": 1, "10.0.0.2:1": 1, "10.0.0.3:1": 1], [1, 1, 1], [0, 0, 0]),
        (["10.0.0.1:1": 0], [1, 1, 1], [nil, nil, nil]),
    ]

    @Test(arguments: allFail)
    func `foretells what care does when all fail`(
        table: [String: Weight]?, kept: [Weight?], removed: [Weight?]
    ) throws {
        let down = ProbeOutcome.failed(.refused, .connect, "connection refused")
        for (mode, next) in [(AllDown.keep, kept), (.remove, removed)] {
            let report = try CheckReport.of(
                ["10.0.0.1:1": down, "10.0.0.2:1": down, "10.0.0.3:1": down], service: "10.0.0.10:80", weights: table,
                allDown: mode)
            #expect(report.entries.map(\.next) == next)
            #expect(Self.text(report).contains("--all-down keep") == (mode == .keep))
        }
    }

    @Test func `foretells the usual rules when one answers`() throws {
        let down = ProbeOutcome.failed(.refused, .connect, "connection refused")
        let report = try CheckReport.of(
            ["10.0.0.1:1": down, "10.0.0.2:1": .answered(200), "10.0.0.3:1": down], service: "10.0.0.10:80",
            weights: ["10.0.0.1:1": 1, "10.0.0.2:1": 0], allDown: .keep)
        #expect(report.entries.map(\.next) == [0, 1, nil])
        #expect(!Self.text(report).contains("--all-down keep"))
    }

    @Test func `the only real server is given its weight back where all are kept`() throws {
        let down = ProbeOutcome.failed(.refused, .connect, "connection refused")
        let report = try CheckReport.of(
            ["10.0.0.1:1": down], service: "10.0.0.10:80", weights: ["10.0.0.1:1": 0], allDown: .keep)
        #expect(Self.text(report).split(separator: "\n")[1].hasSuffix("0 → 1"))
    }

    static let plain = ProbeConfiguration.http(HTTPProbeConfiguration(scheme: .http))

    @Test func `each failure is explained once`() throws {
        let report = try CheckReport.of(
            [
                "10.0.0.1:1": .failed(.reset, .response, "connection closed before an answer"),
                "10.0.0.2:1": .failed(.reset, .response, "connection closed before an answer"),
                "10.0.0.3:1": .failed(.reset, .response, "connection reset by peer"),
                "10.0.0.4:1": .failed(.protocolError, .response, "after a redirect to \"\u{1b}[2J\n\": more"),
            ], by: Self.plain)
        let lines = Self.text(report).split(separator: "\n")
        #expect(
            lines.dropFirst(5).dropLast() == [
                "connection reset: connection closed before an answer", "connection reset: connection reset by peer",
                "  → if the port speaks TLS, use --health-schem https; else look into the server's log",
                "protocol: after a redirect to \"\\u{1b}[2J\\n\": more",
                "  → if the port speaks TLS, use --health-schem https; if it speaks no HTTP, use --health-schem tcp",
            ])
    }

    @Test func `long remedies are folded`() throws {
        let report = try CheckReport.of(["10.0.0.1:1": .failed(.reset, .response, "reset")], by: Self.plain)
        let lines = Self.text(report, width: 60).split(separator: "\n")
        #expect(lines.contains("  → if the port speaks TLS, use --health-schem https; else"))
        #expect(lines.contains("    look into the server's log"))
    }

    static let expiries: [(Int64, String)] = [
        (now - 1, "(expired)"), (now, "(expired)"), (now + 1, "(0 h)"), (now + 3600, "(1 h)"),
        (now + 86_399, "(23 h)"), (now + 86_400, "(1 d)"), (now + 86_400 * 3650, "2036-11-20 (3650 d)"),
        (0, "1970-01-01"),
    ]

    @Test(arguments: expiries)
    func `a cell has the days that a certificate lasts`(_ expiry: Int64, _ cell: String) throws {
        #expect(try Self.text(.of(["10.0.0.1:1": .answered(200, expiry: expiry)])).contains(cell))
    }

    @Test func `tells what a client of the virtual service finds, and complains of healthy ones that do not answer it`()
        throws
    {
        let report = try CheckReport.of(
            [
                "192.168.0.2:80": .answered(nil), "192.168.0.3:80": .answered(nil), "192.168.0.4:80": .answered(nil),
                "192.168.0.5:80": .failed(.refused, .connect, "connection refused"),
            ], by: .tcp, service: "10.0.0.10:80",
            weights: ["192.168.0.2:80": 1, "192.168.0.3:80": 1, "192.168.0.4:80": 1, "192.168.0.5:80": 0],
            answers: [
                "192.168.0.2:80": .answered(after: .microseconds(1_234)),
                "192.168.0.3:80": .unanswered(
                    ProbeFailure(reason: .connectTimeout, phase: .connect, elapsed: .seconds(5))),
            ])
        let lines = Self.text(report).split(separator: "\n").map(String.init)
        #expect(lines[0].hasSuffix("WEIGHT  THROUGH VIP"))
        #expect(lines[1].hasSuffix("1       yes 1.2 ms"))
        #expect(lines[2].hasSuffix("1       no"))
        #expect(lines[3].hasSuffix("1       –"))
        #expect(lines[4].hasSuffix("0 → –   –"))
        #expect(lines.contains { $0.hasPrefix("Through VIP: ") })
        #expect(
            report.complaint
                == "1 of 4 real servers is unhealthy, 1 of 4 real servers does not answer through the virtual service")
        let json = report.json.compact
        #expect(json.contains(#""throughVIP":{"answered":true,"reason":null,"microseconds":1234}"#))
        #expect(json.contains(#""throughVIP":{"answered":false,"reason":"connect timeout","microseconds":null}"#))
    }
}
