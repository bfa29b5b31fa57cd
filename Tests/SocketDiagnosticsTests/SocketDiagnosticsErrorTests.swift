import KernelTestKit
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import SocketDiagnostics

@Suite struct SocketDiagnosticsErrorTests {
    static let reasons: [(SocketDiagnosticsError.Operation, NetlinkError, SocketDiagnosticsError.Reason)] = [
        (.destroy, .refused(.notPermitted, ExtendedAcknowledgement()), .notPermitted),
        (.destroy, .refused(.noSuchFileOrDirectory, ExtendedAcknowledgement()), .notFound),
        (.list, .refused(.noSuchFileOrDirectory, ExtendedAcknowledgement()), .notSupported),
        (.destroy, .refused(.notSupported, ExtendedAcknowledgement()), .notSupported),
        (.open, .system("socket", .protocolNotSupported), .notSupported),
        (.open, .system("socket", .tooManyOpenFiles), .other),
        (.list, .refused(.invalidArgument, ExtendedAcknowledgement()), .invalid),
        (.destroy, .invalid("a socket"), .invalid),
        (.list, .refused(.noMemory, ExtendedAcknowledgement()), .outOfMemory),
        (.destroy, .timeout, .unanswered), (.list, .overrun, .unanswered),
    ]

    @Test(arguments: reasons)
    func `tells what the kernel meant`(
        operation: SocketDiagnosticsError.Operation, underlying: NetlinkError, reason: SocketDiagnosticsError.Reason
    ) {
        let error = SocketDiagnosticsError(operation, "TCP sockets", underlying: underlying)
        #expect(error.reason == reason)
        #expect(error.notFound == (reason == .notFound))
        #expect(error.notPermitted == (reason == .notPermitted))
        #expect(error.notSupported == (reason == .notSupported))
    }

    @Test func `an error has operation and object`() throws {
        let (client, _) = refusing(.notSupported)
        let refusal = try #require(throws: SocketDiagnosticsError.self) { try client.destroy(Captured.socket) }
        #expect(refusal.errno == .notSupported)
        #expect(
            refusal.description.hasPrefix("cannot destroy TCP socket ESTAB 127.0.0.1:42820 127.0.0.1:8081: "))
        let remote = endpoint("10.0.0.1:80")
        for (name, list) in [
            ("cannot list TCP sockets: ", { _ = try client.tcpSockets() }),
            ("cannot list TCP sockets to 10.0.0.1:80: ", { _ = try client.tcpSockets(to: remote) }),
        ] as [(String, () throws -> Void)] {
            let error = try #require(throws: SocketDiagnosticsError.self) { try list() }
            #expect(error.description.hasPrefix(name))
        }
    }
}
