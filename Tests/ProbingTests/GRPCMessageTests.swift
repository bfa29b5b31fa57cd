import Addressing
import LVSCareModel
import Testing

@testable import Probing

/// The parts of a gRPC call that are about gRPC and protobuf.
@Suite struct GRPCMessageTests {
    /// `HealthCheckRequest(service=name).SerializeToString().hex()` of grpcio-health-checking 1.85.1.
    @Test(arguments: [
        ("", ""), ("a", "0a0161"), ("my.Service", "0a0a6d792e53657276696365"),
        (String(repeating: "x", count: 200), "0ac801" + String(repeating: "78", count: 200)),
    ])
    func `a request is encoded as by other programs`(service: String, hex: String) throws {
        #expect(GRPCHealthMessage.request(for: service) == (try [UInt8](hex: hex)))
    }

    /// `HealthCheckResponse(status=…).SerializeToString().hex()`; then what the encoding permits and later versions may
    /// send: other fields before and behind, all wire types, a number that is longer than it needs to be, a field twice.
    @Test(
        arguments: [
            ("", .unknown), ("0801", .serving), ("0802", .notServing), ("0803", .serviceUnknown),
            ("1005 0801", .serving), ("0801 1a03616263", .serving), ("0801 210102030405060708", .serving),
            ("2d01020304 0801", .serving), ("0881808000", .serving), ("0801 0802", .notServing),
            ("0802 0801", .serving),
            ("0801 13080214", .serving), ("0a0102 0801", .serving), ("08ffffffffffffffffff01", .init(rawValue: -1)),
        ] as [(String, GRPCHealthMessage.ServingStatus)])
    func `a status is decoded whatever comes beside it`(hex: String, status: GRPCHealthMessage.ServingStatus) throws {
        #expect(try GRPCHealthMessage.status(in: [UInt8](hex: hex)[...]) == status)
    }

    @Test(arguments: [
        "08", "0880", "08ffffffffffffffffffff01", "0001", "0e", "0f", "1a05616263", "2101020304", "2d010203", "13",
        "14",
        "1324", "1affffffffffffffffff01",
    ])
    func `what is no message is refused`(hex: String) throws {
        let message = try [UInt8](hex: hex)
        #expect(throws: ProbeFault(.protocolError, "the answer is not a HealthCheckResponse")) {
            try GRPCHealthMessage.status(in: message[...])
        }
    }

    @Test(arguments: [
        ("plain", "plain"), ("a%20b", "a b"), ("%C3%BC", "ü"), ("100%", "100%"), ("%4", "%4"), ("%zz%41", "%zzA"),
        ("%ff", "\u{fffd}"), ("", ""),
    ])
    func `percent-encoding is decoded`(text: String, decoded: String) {
        #expect(PercentCoding.decoded(text) == decoded)
    }

    @Test(arguments: [
        ("a b", "a%20b"), ("ü", "%C3%BC"), ("a%20b", "a%20b"), ("100%", "100%25"), ("%4", "%254"), ("%zz", "%25zz"),
        ("%2f\u{0}", "%2f%00"), ("", ""),
    ])
    func `percent-encoding keeps what is encoded`(text: String, encoded: String) {
        let result = PercentCoding.encoded(text) { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 }
        #expect(result == encoded)
        #expect(PercentCoding.decoded(result) == PercentCoding.decoded(text))
    }

    @Test func `a server cannot fill the log`() {
        let long = String(repeating: "x", count: 50_000)
        #expect(GRPCStatus(code: 5, message: long).fault(of: long).detail.count < 600)
    }

    @Test(
        arguments: [
            (.seconds(10), "10000m"), (.milliseconds(1), "1m"), (.microseconds(1), "1m"), (.microseconds(1500), "2m"),
            (.seconds(3600), "3600000m"), (.seconds(99_998), "99998000m"), (.seconds(99_999), "99999S"),
            (.seconds(1_000_000_000), "99999999S"),
        ] as [(Duration, String)])
    func `timeouts have the form of the wire`(timeout: Duration, text: String) {
        #expect(GRPCCall.wireForm(timeout) == text)
    }
}
