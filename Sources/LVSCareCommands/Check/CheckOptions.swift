import ArgumentParser

/// What `lvscare check` takes beyond the flags of a health check.
struct CheckOptions: ParsableArguments, FlagSource {
    @Option(
        name: .flag(.realServers), parsing: .unconditionalSingleValue,
        help: .init(
            "A real server to probe. May be repeated, and may be a list separated by commas. Required.",
            valueName: "ip:port,…"))
    var realServers: [String] = []

    @Option(
        name: .flag(.virtualServer), parsing: .unconditional,
        help: .init(
            "The virtual server in whose table the present weights are looked up, if they can be read.",
            valueName: "ip:port"))
    var virtualServer: String?

    @Flag(help: "Everything, as one JSON object.")
    var json = false

    var flags: [CareFlag: [String]] {
        var flags = Self.given([.virtualServer: virtualServer])
        flags[.realServers] = realServers
        return flags
    }
}

extension CheckCommand {
    /// The flags of `lvscare care` that are about the virtual service or the run and say nothing about a probe.
    static let foreignFlags: Set<CareFlag> = [
        .scheduler, .mode, .address, .hostsFile, .interface, .masqueradeBit, .verifyPath, .repairInterval, .runOnce,
        .clean,
        .logLevel, .logFormat,
    ]

    /// Refuses what somebody took over from a command line of `lvscare care` that means nothing here.
    ///
    /// `arguments`, which are normalised, stand behind the name of the command.
    static func refuseForeignFlags(_ arguments: some Sequence<String>) throws(UsageError) {
        let forms = ArgumentForms.care
        for (argument, place) in forms.places(of: arguments) where place == .open {
            let flag =
                forms.valueFlags[argument] ?? forms.booleanFlags[argument] ?? forms.negatedFlags[argument]
            if let flag, foreignFlags.contains(flag) {
                throw UsageError(
                    """
                    \(argument) is a flag of "lvscare \(CareCommand.name)" that says nothing about a probe; expected \
                    \(CareFlag.realServers.spelling), \(CareFlag.virtualServer.spelling), --json and the flags of the \
                    health check
                    """)
            }
        }
    }
}
