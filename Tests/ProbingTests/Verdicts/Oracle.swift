import Addressing
import Foundation
import LVSCareModel
import ProbingTestKit
import Testing

@testable import LVSCareSockets
@testable import Probing

/// Another client whose verdicts on servers are compared with ours.
enum Oracle: String, Hashable, CaseIterable {
    /// `net/http`, the original's client, and grpc-go, the library of the kubelet's probes.
    case go = "Go"
    case curl
    case haproxy = "HAProxy"

    /// A server and the probe of it.
    struct Question: Sendable {
        var endpoint: Endpoint
        var configuration: ProbeConfiguration

        var tls: TLSProbeConfiguration? {
            switch configuration {
            case .tcp: nil
            case .http(let http): http.scheme == .https ? http.tls : nil
            case .grpc(let grpc): grpc.tls
            }
        }

        var isGRPC: Bool { if case .grpc = configuration { true } else { false } }
        /// The server's name for TLS, else its address.
        var host: String { tls?.serverName ?? "\(endpoint.address)" }
    }

    /// A verdict and its reason in the client's words.
    struct Verdict: Sendable {
        var isHealthy: Bool
        var remark: String
    }

    /// Longest wait for an answer, in seconds; a healthy server needs less than a tenth of one.
    static let timeout = 8

    /// The verdicts on all servers, in their order.
    func verdicts(on questions: [Question]) async throws -> [Verdict] {
        switch self {
        case .go: try await GoOracle.verdicts(on: questions)
        case .curl: try await CurlOracle.verdicts(on: questions)
        case .haproxy: try await HAProxyOracle.verdicts(on: questions)
        }
    }
}

/// The program of `Tests/Oracles/go`, built by `scripts/oracles`: one process for all servers.
enum GoOracle {
    /// `question` and `verdict` of `verdicts.go`.
    private struct Question: Encodable {
        var Endpoint: String
        var GRPC: Bool
        var TLS: Bool
        var Issuers: String?
        var ServerName: String?
        var Certificate: String?
        var Key: String?
        var Seconds = Double(Oracle.timeout)
    }

    private struct Verdict: Decodable {
        var Healthy: Bool
        var Remark: String
    }

    private static let program = URL(filePath: #filePath).appending(path: "../../../../.build/oracles/go-verdicts")
        .standardized.path

    static func verdicts(on questions: [Oracle.Question]) async throws -> [Oracle.Verdict] {
        try #require(FileManager.default.isExecutableFile(atPath: program), "scripts/oracles has not been run")
        let lines = try questions.map { question in
            let line = Question(
                Endpoint: "\(question.endpoint)", GRPC: question.isGRPC, TLS: question.tls != nil,
                Issuers: question.tls?.issuersFile, ServerName: question.tls?.serverName,
                Certificate: question.tls?.certificateFile, Key: question.tls?.keyFile)
            return String(decoding: try JSONEncoder().encode(line), as: UTF8.self)
        }
        let folder = try Folder()
        let input = try folder.write("questions", lines.joined(separator: "\n"))
        let answers = try await Program(program, [], input: input).output.split(separator: "\n")
        try #require(answers.count == questions.count)
        return try answers.map {
            let verdict = try JSONDecoder().decode(Verdict.self, from: Data($0.utf8))
            return Oracle.Verdict(isHealthy: verdict.Healthy, remark: verdict.Remark)
        }
    }
}

/// curl(1), one process for each server, eight at a time. In a gRPC call it judges HTTP/2 and `grpc-status`.
enum CurlOracle {
    static func verdicts(on questions: [Oracle.Question]) async throws -> [Oracle.Verdict] {
        let folder = try Folder()
        let call = try folder.write("call", String(decoding: GRPCMessage.framed([]), as: UTF8.self))
        return try await inParallel(questions) { question in
            question.isGRPC ? try await ask(question, calling: call) : try await ask(question)
        }
    }

    /// The verdict on the head of an answer; missing content does not matter.
    private static func ask(_ question: Oracle.Question) async throws -> Oracle.Verdict {
        var arguments = question.tls?.issuersFile.map { ["--cacert", $0] } ?? ["--insecure"]
        if let certificate = question.tls?.certificateFile, let key = question.tls?.keyFile {
            arguments += ["--cert", certificate, "--key", key]
        }
        let scheme = question.tls == nil ? "http" : "https"
        arguments += ["--http1.1", "--connect-to", "::\(question.endpoint)", "\(scheme)://\(question.host)/"]
        let code = try await Program.curl(arguments)
        return Oracle.Verdict(isHealthy: code.map { 101..<400 ~= $0 } ?? false, remark: "status \(code ?? 0)")
    }

    private static func ask(_ question: Oracle.Question, calling call: String) async throws -> Oracle.Verdict {
        // Over TLS the version is negotiated.
        let (scheme, version) = question.tls == nil ? ("http", "--http2-prior-knowledge") : ("https", "--http2")
        let curl = try await Program(
            "curl",
            [
                "--silent", "--insecure", "--max-time", "\(Oracle.timeout)", "--output", "/dev/null", "--dump-header",
                "-",
                version, "--header", "content-type: application/grpc", "--header", "te: trailers",
                "--data-binary", "@\(call)", "\(scheme)://\(question.endpoint)/grpc.health.v1.Health/Check",
            ])
        let lines = curl.output.split(separator: "\r\n")
        // curl may end before the trailers, when the length is known or the connection closes.
        let status = lines.last { $0.hasPrefix("grpc-status: ") } ?? "grpc-status: 0"
        let isHealthy =
            curl.status == 0 && lines.contains { $0.hasPrefix("HTTP/2 200") }
            && Int(status.dropFirst("grpc-status: ".count)) == 0
        return Oracle.Verdict(isHealthy: isHealthy, remark: "exit status \(curl.status)")
    }
}

/// Returns the results of `body` for all values, in their order, eight at a time.
func inParallel<Value: Sendable, Result: Sendable>(
    _ values: [Value], _ body: @escaping @Sendable (Value) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results = [Result?](repeating: nil, count: values.count)
        var rest = values.enumerated().makeIterator()
        func startNext() {
            guard let (index, value) = rest.next() else { return }
            group.addTask { (index, try await body(value)) }
        }
        for _ in 0..<8 { startNext() }
        while let (index, result) = try await group.next() {
            results[index] = result
            startNext()
        }
        return results.compactMap { $0 }
    }
}
