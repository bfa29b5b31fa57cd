import Director

/// A setting of the kernel's load balancer that the daemon relies on.
struct BalancerSetting: Hashable, Sendable {
    let sysctl: Sysctl
    let value: String

    /// Clients with connections to a removed real server are reset at their next packet instead of hanging.
    static let expireConnectionsWithoutDestination = BalancerSetting(
        sysctl: Sysctl(name: "net.ipv4.vs.expire_nodest_conn"), value: "1")

    /// Sets it where it is not set already.
    func ensure() throws(KernelFailure) -> [PathChange] {
        let found: String
        do throws(SysctlError) { found = try sysctl.read() } catch { throw failure("read", error) }
        if found == value { return [] }
        do throws(SysctlError) { try sysctl.write(value) } catch { throw failure("set", error) }
        return [PathChange(.set, "\(sysctl.name)=\(value)", found: found)]
    }

    private func failure(_ operation: String, _ error: SysctlError) -> KernelFailure {
        KernelFailure(
            operation: operation, object: sysctl.name, code: error.code, message: error.message,
            remedy: "set it on the node: sysctl -w \(sysctl.name)=\(value)")
    }
}
