import KernelTestKit
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import SocketDiagnostics

/// What the `ss` command (iproute2 6.1) asked and the kernel (Linux 6.18) answered, as shown by
/// `strace -e trace=sendmsg,recvmsg -e read=3 -e write=3 COMMAND`, in a network namespace with
///
///     l = socket.socket(); l.bind(("127.0.0.1", 8081)); l.listen(5)
///     l6 = socket.socket(socket.AF_INET6); l6.bind(("::1", 8082)); l6.listen(5)
///     c = socket.create_connection(("127.0.0.1", 8081))
///     m = socket.socket(socket.AF_INET6); m.connect(("::ffff:127.0.0.1", 8081))
///     d = socket.create_connection(("::1", 8082))
///
/// The command leaves the padding of a condition as it finds it in its memory; that is 0 here.
enum Captured {
    /// `ss -tn state established state syn-sent dst 127.0.0.1:8081`: the question about IPv4 sockets.
    static let request = """
        5c00000014000103 40e2010000000000 0206000006000000 0000000000000000
        0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000
        14000100 0810140002200000 911f00007f000001
        """
    /// The same about IPv6 sockets.
    static let mappedRequest = """
        5c00000014000103 40e2010000000000 0a06000006000000 0000000000000000
        0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000
        14000100 0810140002200000 911f00007f000001
        """
    /// `ss -tn state established state syn-sent dst [::1]:8082`: the question about IPv6 sockets.
    static let request6 = """
        6800000014000103 40e2010000000000 0a06000006000000 0000000000000000
        0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000
        20000100 081c20000a800000 921f000000000000 0000000000000000 00000001
        """

    /// The answer to ``request``.
    static let answer = """
        7c00000014000200 40e201001a4d0000 02010000a7441f91 7f00000100000000 0000000000000000 7f00000100000000
        0000000000000000 000000000b100000 0000000000000000 0000000000000000 00000000a47c0100
        0500080000000000 08000f0000000000 0c00150001000000 0000000006001600 52000000
        """ + done
    /// The answer to ``mappedRequest``.
    static let mappedAnswer = """
        7c00000014000200 40e201001a4d0000 0a010000a7461f91 0000000000000000 0000ffff7f000001 0000000000000000
        0000ffff7f000001 000000000c100000 0000000000000000 0000000000000000 00000000a57c0100
        0500080000000000 08000f0000000000 0c00150001000000 0000000006001600 12000000
        """ + done
    /// The answer to ``request6``.
    static let answer6 = """
        7c00000014000200 40e20100204d0000 0a0100009cc81f92 0000000000000000 0000000000000001 0000000000000000
        0000000000000001 0000000017000000 0000000000000000 0000000000000000 00000000a67c0100
        0500080000000000 08000f0000000000 0c00150001000000 0000000006001600 12000000
        """ + done
    private static let done = "1400000003000200 40e201001a4d0000 00000000"

    /// What ``answer``, ``mappedAnswer`` and ``answer6`` are about.
    static let socket = TCPSocket(
        local: endpoint("127.0.0.1:42820"), remote: endpoint("127.0.0.1:8081"), state: .established, cookie: 4107,
        inode: 97_444)
    static let mapped = TCPSocket(
        local: endpoint("127.0.0.1:42822"), remote: endpoint("127.0.0.1:8081"), state: .established, cookie: 4108,
        family: .ipv6, inode: 97_445)
    static let socket6 = TCPSocket(
        local: endpoint("[::1]:40136"), remote: endpoint("[::1]:8082"), state: .established, cookie: 23,
        inode: 97_446)

    /// `ss -tnK dport = 8082`, about a socket from port 54842 whose cookie is 4; shown by strace field by field.
    static let destroyed = TCPSocket(
        local: endpoint("[::1]:54842"), remote: endpoint("[::1]:8082"), state: .established, cookie: 4, inode: 87_966)
    static let destruction = """
        4800000015000500 93090d6b00000000 0a06000000000000 d63a1f92 0000000000000000 0000000000000001
        0000000000000000 0000000000000001 00000000 0400000000000000
        """
}

/// A client whose kernel answers questions about a family with captured messages, and that kernel.
func replaying(_ answers: [IPAddress.Family: String]) throws -> (SocketDiagnosticsClient, ScriptedKernel) {
    let replies = try answers.mapValues { answer in
        try CapturedMessage.all(answer).map { message in
            ScriptedKernel.Reply(type: message.header.type, flags: message.header.flags, payload: message.payload)
        }
    }
    let kernel = ScriptedKernel { request in
        let family = request.payload.first.flatMap(IPAddress.Family.init(rawValue:))
        return [.replies(family.flatMap { replies[$0] } ?? [.done()])]
    }
    return (SocketDiagnosticsClient(over: NetlinkConnection(over: kernel)), kernel)
}

/// A client whose kernel says `status` to everything, and that kernel.
func refusing(_ errno: Errno) -> (SocketDiagnosticsClient, ScriptedKernel) {
    let kernel = ScriptedKernel { _ in [.replies([.status(errno.rawValue)])] }
    return (SocketDiagnosticsClient(over: NetlinkConnection(over: kernel)), kernel)
}
