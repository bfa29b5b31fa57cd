import ArgumentParser

/// How packets for the virtual server reach the kernel's load balancer.
struct PathOptions: ParsableArguments, FlagSource {
    @Option(
        name: .flag(.mode), parsing: .unconditional,
        help: .init(
            """
            route: a route to the virtual server. link: a dummy link that carries its address. "": nothing, others \
            see to it. (default: route)
            """,
            valueName: "mode"),
        completion: .list(["route", "link"]))
    var mode: String?

    @Option(
        name: .flag(.address), parsing: .unconditional,
        help: .init(
            """
            Mode route: the address of this node that local clients use as their source, or a gateway. (default: \
            LVSCARE_NODE_IP, else lvscare.node.ip in the hosts file, as far as this node has that address, else what the \
            kernel uses towards the real servers)
            """,
            valueName: "ip"))
    var address: String?

    @Option(
        name: .flag(.hostsFile), parsing: .unconditional,
        help: .init(
            "The hosts file in which lvscare.node.ip is looked up. (default: \(HostsFile.defaultPath))",
            valueName: "file"),
        completion: .file())
    var hostsFile: String?

    @Option(
        name: .flag(.interface), parsing: .unconditional,
        help: .init(
            "Mode link: the name of the dummy link. (default: \(CareSettings.defaultInterface))", valueName: "name"))
    var interface: String?

    @Option(
        name: .flag(.masqueradeBit), parsing: .unconditional,
        help: .init(
            "Mode link: the bit (0-31) of the packet mark that marks connections to masquerade. (default: 0)",
            valueName: "bit"))
    var masqueradeBit: String?

    @Flag(
        name: .flag(.verifyPath), inversion: .prefixedNo, exclusivity: .chooseLast,
        help: .init(
            """
            Modes route and link: be a client of the virtual server now and then, and warn when it does not \
            answer although its real servers are healthy. (default: true)
            """))
    var verifyPath: Bool?

    var flags: [CareFlag: [String]] {
        Self.given([
            .mode: mode, .address: address, .hostsFile: hostsFile, .interface: interface,
            .masqueradeBit: masqueradeBit, .verifyPath: verifyPath?.description,
        ])
    }
}
