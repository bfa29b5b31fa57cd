import Addressing
import Foundation
import LVSCareModel
import ProbingTestKit
import Testing

@testable import Probing

/// haproxy(1): one process with a backend for each server, and the verdicts in its statistics. In a gRPC call it judges HTTP/2 and
/// the head.
enum HAProxyOracle {
    static func verdicts(on questions: [Oracle.Question]) async throws -> [Oracle.Verdict] {
        let folder = try Folder()
        let socket = folder.path("statistics")
        let backends = try questions.enumerated().map { try backend($1, number: $0, in: folder) }
        let text = """
            global
                nbthread 1
                max-spread-checks 200
            defaults
                mode http
                timeout connect \(Oracle.timeout)s
                timeout client \(Oracle.timeout)s
                timeout server \(Oracle.timeout)s
                timeout check \(Oracle.timeout)s
            frontend statistics
                bind unix@\(socket)
                stats enable
                stats uri /

            """
        let file = try folder.write("haproxy.cfg", text + backends.joined())
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/haproxy")
        process.arguments = ["-q", "-db", "-f", file]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let verdicts = try await verdicts(at: socket)
            if verdicts.count == questions.count { return verdicts }
            guard process.isRunning, ContinuousClock.now < deadline else {
                kill(process.processIdentifier, SIGKILL)
                let text = try complaints.fileHandleForReading.readToEnd() ?? Data()
                try #require(
                    Bool(false), "haproxy: \(process.terminationStatus), \(String(decoding: text, as: UTF8.self))")
                return verdicts
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The configuration of one server and its only check.
    private static func backend(_ question: Oracle.Question, number: Int, in folder: Folder) throws -> String {
        var server = ["server s \(question.endpoint) check inter 1h fall 1 rise 1"]
        if let tls = question.tls {
            server.append("check-ssl")
            server.append(tls.issuersFile.map { "verify required ca-file \($0)" } ?? "verify none")
            // HAProxy compares no address with a certificate.
            if let name = tls.serverName { server.append("check-sni \(name) verifyhost \(name)") }
            if let certificate = tls.certificateFile, let key = tls.keyFile {
                let both = try [certificate, key].map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
                server.append("crt \(try folder.write("\(number).pem", both))")
            }
        }
        var lines = ["backend b\(number)", "option httpchk"]
        if question.isGRPC {
            server.append("check-proto h2" + (question.tls == nil ? "" : " check-alpn h2"))
            lines += [
                "http-check send meth POST uri /grpc.health.v1.Health/Check ver HTTP/2 hdr te trailers"
                    + " hdr content-type application/grpc body x",
                "http-check expect status 200",
                "http-check expect hdr name content-type value -m beg application/grpc",
            ]
        } else {
            lines.append("http-check send meth GET uri / ver HTTP/1.1 hdr Host \(question.host)")
        }
        lines.append(server.joined(separator: " "))
        return lines.joined(separator: "\n    ") + "\n"
    }

    /// The verdicts of the completed checks, in the order of the servers.
    private static func verdicts(at socket: String) async throws -> [Oracle.Verdict] {
        let program = try await Program("curl", ["--silent", "--unix-socket", socket, "http://haproxy/;csv"])
        let table = program.output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        guard let names = table.first, let kind = names.firstIndex(of: "svname"),
            let status = names.firstIndex(of: "check_status")
        else { return [] }
        return table.filter { $0[kind] == "s" && !$0[status].contains("INI") && !$0[status].contains("*") }.map {
            Oracle.Verdict(isHealthy: $0[status] == "L7OK", remark: "\($0[status])")
        }
    }
}
