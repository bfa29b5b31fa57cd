import Addressing
import Director
import LVSCareModel
import LVSCareSettings

extension CareSettings {
    /// Name of the dummy link unless another is wanted.
    static let defaultInterface = "lvscare"

    /// The name under which an installer notes this node's address in the hosts file.
    static let nodeName = "lvscare.node.ip"

    /// The variable in which a static pod gets this node's address.
    static let nodeVariable = "LVSCARE_NODE_IP"

    static func path(
        _ source: SettingSource, to service: VirtualService, for task: Task,
        hosts: (String) throws(UsageError) -> HostsFile
    ) throws(UsageError) -> Path {
        guard let vip = service.endpoint?.address else { return .none }
        // Every flag is checked in every mode: a mistake should not wait for the mode to change.
        let interface = try interface(source)
        let masqueradeBit = try source.number(.masqueradeBit) ?? 0
        let address = try source.value(.address).map { value throws(UsageError) in try nodeAddress(value, for: vip) }
        let mode = source.value(.mode)
        let link = Path.link(name: interface, masqueradeBit: masqueradeBit)
        switch mode?.text ?? "route" {
        case "":
            // What is to be removed is found whatever made it; only a link that was there before is known by name alone.
            return task == .clean ? link : .none
        case "link":
            try refuseLoopback(source, vip)
            return link
        case "route":
            try refuseLoopback(source, vip)
            if task == .clean { return link }
            if let address { return .route(hint: RouteHint(address)) }
            return .route(hint: try notedAddress(source, for: vip, hosts: hosts))
        default:
            throw UsageError(
                mode ?? RawValue(text: "", origin: .flag(Setting.mode.spelling)), "there is no such choice",
                expected: Setting.mode.expectation)
        }
    }

    /// The address of this node that others have noted for us, in the order of precedence behind `--ip` and its
    /// variable: `LVSCARE_NODE_IP`, then the first entry of the VIP's family in the hosts file.
    ///
    /// The file serves the services of both families, so an address of the other family is none of our business; in
    /// the variable, which was set for this process, it is a mistake.
    private static func notedAddress(
        _ source: SettingSource, for vip: IPAddress, hosts: (String) throws(UsageError) -> HostsFile
    ) throws(UsageError) -> RouteHint? {
        if let text = source.environment[nodeVariable] {
            let value = RawValue(text: text, origin: .variable(nodeVariable))
            return RouteHint(try nodeAddress(value, for: vip), notedIn: "\(value.origin)")
        }
        let file = try hosts(source.value(.hostsFile)?.text ?? HostsFile.defaultPath)
        return try notedEntry(in: file, for: vip).map { RouteHint($0.address, notedIn: "\($0.value.origin)") }
    }

    /// The first entry for this node in the hosts file that is of the VIP's family.
    static func notedEntry(
        in file: HostsFile, for vip: IPAddress
    ) throws(UsageError) -> (value: RawValue, address: IPAddress)? {
        for entry in file.addresses(of: nodeName) {
            if let address = IPAddress(entry.text), address.family != vip.family { continue }
            return (entry, try nodeAddress(entry, for: vip))
        }
        return nil
    }

    private static func nodeAddress(_ value: RawValue, for vip: IPAddress) throws(UsageError) -> IPAddress {
        let expected = "an \(vip.family == .ipv4 ? "IPv4" : "IPv6") address of this node or of a gateway"
        guard let address = IPAddress(value.text) else {
            throw UsageError(value, "it is not an IP address", expected: expected)
        }
        guard address.family == vip.family else {
            throw UsageError(value, "the virtual service \(vip) is of the other family", expected: expected)
        }
        // A link-local gateway would need its link, which a route to a VIP has no flag for.
        if let problem = unusable(address) { throw UsageError(value, problem, expected: expected) }
        guard address != vip else {
            throw UsageError(value, "it is the address of the virtual service itself", expected: expected)
        }
        return address
    }

    /// The kernel routes loopback addresses to this node already; a route or a link of ours would take them over, and
    /// clean-up would take them away.
    private static func refuseLoopback(_ source: SettingSource, _ vip: IPAddress) throws(UsageError) {
        guard vip.isLoopback, let value = source.value(.virtualServer) else { return }
        throw UsageError(
            value, "a loopback address has its path already",
            expected: "another address, or --mode \"\" to leave it alone")
    }

    private static func interface(_ source: SettingSource) throws(UsageError) -> String {
        guard let value = source.value(.interface) else { return defaultInterface }
        let expected = Setting.interface.expectation
        if let problem = LinkName.problem(value.text) { throw UsageError(value, problem, expected: expected) }
        // The kernel would take it, but no terminal.
        guard !value.text.unicodeScalars.contains(where: \.isControl) else {
            throw UsageError(value, "it has a control character", expected: expected)
        }
        return value.text
    }
}
