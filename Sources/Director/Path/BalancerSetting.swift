package import LVSCareModel

/// A setting of the kernel's load balancer that the path relies on.
package struct BalancerSetting: Hashable, Sendable {
    /// Its name with dots: `net.ipv4.vs.conntrack`.
    package var name: String
    /// What it has to be.
    package var value: String
    /// What clients notice without it.
    package var consequence: String

    /// Clients with connections to a removed real server are reset at their next packet instead of hanging.
    package static let expireConnectionsWithoutDestination = BalancerSetting(
        name: "net.ipv4.vs.expire_nodest_conn", value: "1",
        consequence: "clients that hold a connection to a removed real server hang until TCP gives up")

    /// Persistent clients leave a quiesced real server.
    package static let expireTemplatesOfQuiescent = BalancerSetting(
        name: "net.ipv4.vs.expire_quiescent_template", value: "1",
        consequence: "clients of a persistent service keep going to a quiesced real server")

    /// Balanced connections are known to the connection tracking.
    ///
    /// Without it, their answers belong to no connection (`INVALID`): a stateful packet filter of this node drops them,
    /// and they cannot be masqueraded.
    package static let trackConnections = BalancerSetting(
        name: "net.ipv4.vs.conntrack", value: "1",
        consequence:
            "behind a stateful packet filter (firewalld, ufw, a rule that drops INVALID) no client reaches remote real "
            + "servers, and clients that are routed through this node never do")

    /// A connection whose client port is used again gets another real server without a delay.
    ///
    /// Kernels from 4.1 to 5.8 drop the first SYN of such a client when connections are tracked, so that it waits a second.
    package static let reuseConnections = BalancerSetting(
        name: "net.ipv4.vs.conn_reuse_mode", value: "0",
        consequence: "with this kernel, a client that uses a port again soon waits a second for its connection")

    /// What a path needs on a kernel of this release.
    package static func all(on release: KernelRelease?) -> [BalancerSetting] {
        let always = [expireConnectionsWithoutDestination, expireTemplatesOfQuiescent, trackConnections]
        guard let release, KernelRelease(4, 1) <= release, release < KernelRelease(5, 9) else { return always }
        return always + [reuseConnections]
    }

    /// What is missing without it; `reason` says why.
    package func limitation(because reason: String) -> Limitation {
        Limitation(
            missing: "\(name)=\(value) (\(reason))", consequence: consequence,
            remedy: "set it on the node: sysctl -w \(name)=\(value)")
    }
}

/// The release of a kernel, as far as it is compared: `6.1`.
package struct KernelRelease: Hashable, Sendable, Comparable {
    private let major: Int
    private let minor: Int

    /// A release of its numbers.
    package init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// The release in `5.4.0-200-generic`, as uname(2) tells it; `nil` when it does not begin with two numbers.
    package init?(_ text: [UInt8]) {
        // Octet by octet, because every start waits for this, and generic code takes its time to be set up.
        var numbers = (0, 0)
        var dots = 0
        var digits = 0
        for octet in text {
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: "9") where digits < 6:
                let digit = Int(octet - UInt8(ascii: "0"))
                if dots == 0 { numbers.0 = numbers.0 * 10 + digit } else { numbers.1 = numbers.1 * 10 + digit }
                digits += 1
                continue
            case UInt8(ascii: ".") where dots == 0 && digits > 0:
                dots = 1
                digits = 0
                continue
            default: break
            }
            break
        }
        guard dots == 1, digits > 0 else { return nil }
        self.init(numbers.0, numbers.1)
    }

    /// By major number, then by minor.
    package static func < (left: KernelRelease, right: KernelRelease) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
