import Addressing
import Foundation
import ProbingTestKit
import Testing

@testable import Probing

/// Certificates of all kinds in a folder, made by openssl(1).
struct TestAuthority {
    let folder: Folder

    init() async throws {
        folder = try Folder()
        let kinds: [(String, [String])] = [
            ("p256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
            ("p384", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]),
            ("p521", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]),
            ("ed25519", ["-algorithm", "ED25519"]),
            ("rsa2048", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
            ("rsa1024", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]),
        ]
        for (name, options) in kinds {
            try await openssl(["genpkey", "-out", path(name + ".key")] + options)
        }
        let authority = ["-addext", "basicConstraints=critical,CA:TRUE"]
        try await certify("root", with: "p256", by: nil, authority)
        try await certify("stranger", with: "p256", by: nil, authority)
        try await certify("middle", with: "p384", by: ("root", "p256"), authority)
        let names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:api.test"]
        for (name, _) in kinds { try await certify(name, with: name, by: ("root", "p256"), names) }
        try await certify("behind", with: "p256", by: ("middle", "p384"), names)
        try await certify("itself", with: "p256", by: nil, names)
        try await certify("sha1", with: "p256", by: ("root", "p256"), names + ["-sha1"])
        try await certify("nameless", with: "p256", by: ("root", "p256"), [])
        try await certify(
            "elsewhere", with: "p256", by: ("root", "p256"), ["-addext", "subjectAltName=IP:192.0.2.1,DNS:other.test"])
        try await certify(
            "clients", with: "p256", by: ("root", "p256"), names + ["-addext", "extendedKeyUsage=clientAuth"])
        try await certify(
            "servers", with: "p256", by: ("root", "p256"), names + ["-addext", "extendedKeyUsage=serverAuth"])
        try await certify(
            "wildcard", with: "p256", by: ("root", "p256"), ["-addext", "subjectAltName=DNS:*.wild.test,DNS:*.tld"])
    }

    func path(_ name: String) -> String { folder.path(name) }

    private func certify(
        _ name: String, with key: String, by issuer: (certificate: String, key: String)?, _ options: [String]
    ) async throws {
        var arguments = [
            "req", "-x509", "-new", "-key", path(key + ".key"), "-subj", "/CN=\(name)", "-days", "30", "-out",
            path(name + ".pem"), "-config", "/dev/null",
        ]
        if let issuer {
            arguments += ["-CA", path(issuer.certificate + ".pem"), "-CAkey", path(issuer.key + ".key")]
        }
        try await openssl(arguments + options)
    }

    private func openssl(_ arguments: [String]) async throws {
        let program = try await Program("openssl", arguments)
        try #require(program.status == 0, "openssl \(arguments.joined(separator: " "))")
    }
}

/// `openssl s_server`, which answers each request with a page.
final class OpenSSLServer: Sendable {
    let endpoint: Endpoint
    private let process: Process

    init(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = ["s_server", "-accept", "127.0.0.1:0", "-www"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
        // "ACCEPT 127.0.0.1:40413"
        var text = ""
        while !text.contains("ACCEPT 127.0.0.1:") || !text.hasSuffix("\n") {
            let octets = output.fileHandleForReading.availableData
            try #require(!octets.isEmpty, "openssl s_server \(arguments.joined(separator: " ")): \(text)")
            text += String(decoding: octets, as: UTF8.self)
        }
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") })
        endpoint = try Endpoint(String(line.dropFirst("ACCEPT ".count)))
    }

    func stop() {
        // It may have inherited a mask that holds back what is gentler.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
