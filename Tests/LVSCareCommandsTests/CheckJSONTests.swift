import LVSCareModel
import Testing

@testable import LVSCareCommands

@Suite struct CheckJSONTests {
    @Test func `the JSON has everything of each real server`() throws {
        let report = try CheckReport.of(
            [
                "192.168.0.2:6443": .answered(401),
                "[fd00::3]:6443": .failed(
                    .certificate(.expired), .tls, "certificate has expired",
                    times: ProbeTimes(connect: .microseconds(200)), expiry: 1_795_400_000),
                "192.168.0.4:6443": .failed(.status(503), .response, "status 503"),
            ], service: "10.0.0.10:6443", weights: ["192.168.0.2:6443": 0, "192.168.0.4:6443": 1])
        #expect(
            report.json.pretty == """
                {
                  "healthy": false,
                  "virtualServer": "10.0.0.10:6443",
                  "realServers": [
                    {
                      "address": "192.168.0.2",
                      "port": 6443,
                      "healthy": true,
                      "verdict": "healthy",
                      "reason": null,
                      "phase": null,
                      "detail": null,
                      "remedy": null,
                      "status": 401,
                      "microseconds": {
                        "total": 4000,
                        "connect": 310,
                        "tls": 2149,
                        "firstByte": 951
                      },
                      "certificateExpiry": "2027-02-01T00:00:00.000Z",
                      "weight": {
                        "known": true,
                        "present": 0,
                        "next": 1
                      },
                      "throughVIP": null
                    },
                    {
                      "address": "fd00::3",
                      "port": 6443,
                      "healthy": false,
                      "verdict": "unhealthy",
                      "reason": "certificate: expired",
                      "phase": "tls",
                      "detail": "certificate has expired",
                      "remedy": "renew the server's certificate; if it is still good, correct this node's clock",
                      "status": null,
                      "microseconds": {
                        "total": 5000,
                        "connect": 200,
                        "tls": null,
                        "firstByte": null
                      },
                      "certificateExpiry": "2026-11-23T02:13:20.000Z",
                      "weight": {
                        "known": true,
                        "present": null,
                        "next": null
                      },
                      "throughVIP": null
                    },
                    {
                      "address": "192.168.0.4",
                      "port": 6443,
                      "healthy": false,
                      "verdict": "unhealthy",
                      "reason": "status 503",
                      "phase": "response",
                      "detail": "status 503",
                      "remedy": "look into the server's log",
                      "status": 503,
                      "microseconds": {
                        "total": 5000,
                        "connect": null,
                        "tls": null,
                        "firstByte": null
                      },
                      "certificateExpiry": null,
                      "weight": {
                        "known": true,
                        "present": 1,
                        "next": 0
                      },
                      "throughVIP": null
                    }
                  ]
                }
                """)
    }

    @Test func `the JSON marks unknown weights`() throws {
        let text = try CheckReport.of(["10.0.0.1:1": .answered(200)]).json.compact
        #expect(text.hasPrefix(#"{"healthy":true,"virtualServer":null,"#))
        #expect(text.contains(#""weight":{"known":false,"present":null,"next":1}"#))
    }
}
