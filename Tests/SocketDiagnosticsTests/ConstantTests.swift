import CLinux
import Glibc
import Netlink
import Testing

@testable import SocketDiagnostics

/// The numbers in the sources are those of the C headers.
@Suite struct ConstantTests {
    @Test func `messages have the numbers and sizes of the header`() {
        #expect(NetlinkProtocol.socketDiagnostics.rawValue == Int32(NETLINK_SOCK_DIAG))
        #expect(SocketMessage.byFamily.rawValue == UInt16(SOCK_DIAG_BY_FAMILY))
        #expect(SocketMessage.destroy.rawValue == UInt16(SOCK_DESTROY))
        #expect(bytecodeAttribute == UInt16(INET_DIAG_REQ_BYTECODE))
        #expect(SocketIdentity.size == MemoryLayout<inet_diag_sockid>.size)
        #expect(TCPSocket.messageSize == MemoryLayout<inet_diag_msg>.size)
        #expect(MemoryLayout<inet_diag_req_v2>.size == 8 + SocketIdentity.size)
        #expect(MemoryLayout<inet_diag_bc_op>.size == 4)
        #expect(MemoryLayout<inet_diag_hostcond>.size == 8)
    }

    @Test func `states have the numbers of the header`() {
        let states: [(TCPState, Int)] = [
            (.established, TCP_ESTABLISHED), (.synSent, TCP_SYN_SENT), (.synReceived, TCP_SYN_RECV),
            (.finWait1, TCP_FIN_WAIT1), (.finWait2, TCP_FIN_WAIT2), (.timeWait, TCP_TIME_WAIT), (.close, TCP_CLOSE),
            (.closeWait, TCP_CLOSE_WAIT), (.lastAck, TCP_LAST_ACK), (.listen, TCP_LISTEN), (.closing, TCP_CLOSING),
        ].map { ($0, Int($1)) }
        for (state, number) in states { #expect(Int(state.rawValue) == number) }
        #expect(Set(states.map(\.0.description)).count == states.count)
    }
}
