import Director

/// A setting of the kernel's load balancer that the daemon relies on.
struct BalancerSetting: Hashable, Sendable {
    let sysctl: Sysctl
    let value: String
    /// What clients notice without it.
    let consequence: String

    /// Clients with connections to a removed real server are reset at their next packet instead of hanging.
    static let expireConnectionsWithoutDestination = BalancerSetting(
        sysctl: Sysctl(name: "net.ipv4.vs.expire_nodest_conn"), value: "1",
        consequence: "clients that hold a connection to a removed real server hang until TCP gives up")

    /// Persistent clients leave a quiesced real server.
    static let expireTemplatesOfQuiescent = BalancerSetting(
        sysctl: Sysctl(name: "net.ipv4.vs.expire_quiescent_template"), value: "1",
        consequence: "clients of a persistent service keep going to a quiesced real server")

    /// Balanced connections are known to the connection tracking, without which they cannot be masqueraded.
    static let trackConnections = BalancerSetting(
        sysctl: Sysctl(name: "net.ipv4.vs.conntrack"), value: "1",
        consequence: "clients that are routed through this node do not reach remote real servers")

    /// Sets it where it is not set already.
    func ensure() throws(SettingFailure) -> PathChange? {
        let found: String
        do throws(SysctlError) { found = try sysctl.read() } catch { throw SettingFailure(setting: self, error: error) }
        if found == value { return nil }
        do throws(SysctlError) { try sysctl.write(value) } catch {
            throw SettingFailure(setting: self, found: found, error: error)
        }
        return PathChange(.set, "\(sysctl.name)=\(value)", found: "\(sysctl.name)=\(found)")
    }
}

extension [BalancerSetting] {
    /// What decides about connections and templates of real servers that went away.
    static var expiring: Self { [.expireConnectionsWithoutDestination, .expireTemplatesOfQuiescent] }
}

/// Why a setting is not as it should be. `EROFS` is usual in containers, whose `/proc/sys` is read-only.
struct SettingFailure: Error, Hashable, Sendable {
    var setting: BalancerSetting
    /// What it is instead; `nil` when it could not be read.
    var found: String?
    var error: SysctlError

    /// The balancer works without it, so it is no failure.
    var shortcoming: Shortcoming {
        let wanted = "\(setting.sysctl.name)=\(setting.value)"
        let obstacle =
            found.map { "found \($0), cannot set it: \(error.message)" } ?? "cannot read it: \(error.message)"
        return Shortcoming(
            missing: "\(wanted) (\(obstacle))", consequence: setting.consequence,
            remedy: "set it on the node: sysctl -w \(wanted)")
    }
}

/// The part of the path that keeps kernel settings. They are the whole node's, so they stay when the path is removed.
final class BalancerSettings: PathPart {
    private let settings: [BalancerSetting]

    init(_ settings: [BalancerSetting]) { self.settings = settings }

    func restore(_ report: inout PathReport) {
        for setting in settings {
            do throws(SettingFailure) {
                if let change = try setting.ensure() { report.changes.append(change) }
            } catch {
                report.shortcomings.append(error.shortcoming)
            }
        }
    }

    func rollBack(_ report: inout PathReport) {}

    func remove(_ report: inout PathReport) {}
}
