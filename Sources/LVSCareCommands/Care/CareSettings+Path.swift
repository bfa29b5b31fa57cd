import Addressing
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings

extension CareSettings {
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
        let interface =
            try source.value(.interface).map { value throws(UsageError) in try PathRules.interface(value) }
            ?? PathRules.defaultInterface
        let masqueradeBit = try source.number(.masqueradeBit) ?? 0
        let address = try source.value(.address).map { value throws(UsageError) in
            try PathRules.nodeAddress(value, for: vip)
        }
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

    /// What a file asks for, with the address of this node that others have noted for each service whose path is a route and that
    /// names none itself: as for flags, but that the variable is for the VIPs of its family.
    static func noting(
        _ environment: Environment, hosts: (String) throws(UsageError) -> HostsFile = HostsFile.read,
        in specification: NodeSpecification
    ) throws(UsageError) -> NodeSpecification {
        var specification = specification
        let source = SettingSource(flags: [:], environment: environment, prefix: nil)
        let noted = environment[nodeVariable].flatMap { IPAddress($0)?.family }
        for index in specification.services.indices {
            let service = specification.services[index]
            guard service.path == .route(hint: nil), let vip = service.service.endpoint?.address,
                noted == nil || noted == vip.family
            else { continue }
            specification.services[index].path = .route(hint: try notedAddress(source, for: vip, hosts: hosts))
        }
        return specification
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
            return RouteHint(try PathRules.nodeAddress(value, for: vip), notedIn: "\(value.origin)")
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
            return (entry, try PathRules.nodeAddress(entry, for: vip))
        }
        return nil
    }

    private static func refuseLoopback(_ source: SettingSource, _ vip: IPAddress) throws(UsageError) {
        guard let value = source.value(.virtualServer) else { return }
        try PathRules.refuseLoopback(vip, value, leaving: Setting.noPath)
    }
}
