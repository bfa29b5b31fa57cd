import Director
import LVSCareModel
import Netlink
import NetlinkTestKit
import Testing

@testable import SocketDiagnostics

/// Whatever the bytes are, decoding ends: with a value, with none, or with an error that says what is wrong.
@Suite struct DecodingFuzzTests {
    @Test(arguments: Fuzzer.seeds)
    func `damaged sockets are decoded or refused`(seed: UInt64) throws {
        let captured = Captured.answer + Captured.mappedAnswer + Captured.answer6
        let originals = try CapturedMessage.all(captured).filter { $0.header.type == SocketMessage.byFamily.rawValue }
        let header = try #require(originals.first).header
        let outcome = FuzzOutcome(of: originals.map(\.payload), seed: seed) { (bytes) throws(NetlinkDecodingError) in
            guard let socket = try TCPSocket(header: header, payload: bytes) else { return }
            _ = socket.description
            // What is destroyed is what was listed, an IPv6 socket of which only one end is IPv4 among them.
            let identity = SocketIdentity(socket)
            let again = try SocketIdentity(identity.octets.span.bytes, at: 0, family: socket.family)
            if identity != again { Issue.record("\(identity) became \(again)") }
        }
        #expect(outcome.isTelling)
    }
}
