import ArgumentParser

/// The virtual service and its real servers.
struct ServiceOptions: ParsableArguments, FlagSource {
    @Option(
        name: .flag(.virtualServer), parsing: .unconditional,
        help: .init("The virtual server that clients connect to; TCP. Required.", valueName: "ip:port"))
    var virtualServer: String?

    @Option(
        name: .flag(.realServers), parsing: .unconditionalSingleValue,
        help: .init(
            "A real server behind it. May be repeated, and may be a list separated by commas. Required unless --clean.",
            valueName: "ip:port,…"))
    var realServers: [String] = []

    @Option(
        name: .flag(.scheduler), parsing: .unconditional,
        help: .init(
            """
            How new connections are spread: rr, wrr, lc, wlc, sh, dh or any other scheduler that the kernel has. \
            (default: rr)
            """,
            valueName: "name"),
        completion: .list(CareSettings.usualSchedulers))
    var scheduler: String?

    var flags: [CareFlag: [String]] {
        var flags = Self.given([.virtualServer: virtualServer, .scheduler: scheduler])
        flags[.realServers] = realServers
        return flags
    }
}

/// What to do with the virtual service, and how often.
struct TaskOptions: ParsableArguments, FlagSource {
    @Flag(
        name: .flag(.runOnce), inversion: .prefixedNo, exclusivity: .chooseLast,
        help: "Set everything up and exit, without health checks.")
    var runOnce: Bool?

    @Flag(
        name: .flag(.clean), inversion: .prefixedNo, exclusivity: .chooseLast,
        help: "Remove everything that this command made for the virtual server, and exit; needs only --vs.")
    var clean: Bool?

    @Option(
        name: .flag(.repairInterval), parsing: .unconditional,
        help: .init(
            """
            Longest time from one look at the kernel's table and the path to the next, in which what other programs \
            changed is put right, 10ms to 24h, in the form of --interval. (default: 1s)
            """,
            valueName: "duration"))
    var repairInterval: String?

    var flags: [CareFlag: [String]] {
        Self.given([
            .runOnce: runOnce?.description, .clean: clean?.description, .repairInterval: repairInterval,
        ])
    }
}

extension NameSpecification {
    /// The names of one of our flags.
    static func flag(_ flag: CareFlag) -> NameSpecification {
        var names: [Element] = []
        if let short = flag.shortName { names.append(.customShort(short)) }
        names.append(.customLong(flag.rawValue))
        if let alias = flag.alias { names.append(.customLong(alias)) }
        return NameSpecification(names)
    }
}
