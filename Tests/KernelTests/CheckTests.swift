import KernelTestKit
import Testing

extension KernelSuites {
    /// `lvscare check` beside a table that it reads and leaves alone.
    @Suite struct CheckTests {
        static let check = "check --vs 10.200.1.1:80 --health-schem tcp --rs 127.0.0.1:9,127.0.0.2:9,127.0.0.3:9"

        init() throws {
            _ = try freshIPVS()
            try IPVSOracle.restore([
                "-A -t 10.200.1.1:80 -s rr", "-a -t 10.200.1.1:80 -r 127.0.0.1:9 -m -w 7",
                "-a -t 10.200.1.1:80 -r 127.0.0.2:9 -m -w 0",
            ])
        }

        /// The last column of each real server, whom nobody answers.
        static func weights(_ output: String) -> [String] {
            output.split(separator: "\n").dropFirst().prefix(3).map { line in
                String(line.firstRange(of: "–  ").map { line[$0.upperBound...] } ?? line)
            }
        }

        @Test func `the report has the present weights`() throws {
            let before = try Shell.run("ipvsadm -Ln").output
            let result = try Lvscare.run(Self.check)
            #expect(result.status == 1)
            #expect(Self.weights(result.output) == ["7 → 0   –", "0 → –   –", "–       –"])
            #expect(result.error == "lvscare: 3 of 3 real servers are unhealthy\n")
            #expect(try Shell.run("ipvsadm -Ln").output == before)
        }

        @Test func `the report lacks the weights where they may not be read`() throws {
            let result = try Lvscare.run(
                Self.check, prefix: "setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all")
            #expect(result.status == 1)
            #expect(Self.weights(result.output) == ["0", "0", "0"])
            #expect(result.error.contains("present weights are not shown"))
            #expect(result.error.contains("CAP_NET_ADMIN"))
        }
    }
}
