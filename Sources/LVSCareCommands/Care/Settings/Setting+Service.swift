import LVSCareSettings

/// The virtual service and its real servers.
extension Setting {
    static let virtualServer = Setting(
        "vs", .text("IP:port, for example 10.103.97.2:6443 or [fd00::2]:6443"), "ip:port",
        need: "Required unless --config.",
        "The virtual service that clients connect to; TCP.")

    static let realServers = Setting(
        "rs", .list("IP:port, for example 192.168.0.2:6443"), "ip:port,…", need: "Required unless --config or --clean.",
        "A real server behind it. May be repeated, and may be a list separated by commas.")
}

/// Many virtual services.
extension Setting {
    static let configurationFile = Setting(
        "config", .file("the path of a configuration file"), "file",
        """
        A file with any number of virtual services of every kind, in place of all other flags but --logger, --log-format, \
        --run-once and --clean. It is taken over again when it changes, and at SIGHUP; one with a mistake changes nothing. \
        "lvscare validate" checks it, docs/configuration.md explains it.
        """)

    /// What may stand beside it.
    static let besideConfiguration: Set<String> = Set(
        [configurationFile, logLevel, logFormat, runOnce, clean].map(\.name))
}

/// What to do with the virtual service, and how often.
extension Setting {
    static let runOnce = Setting(
        switch: "run-once", "Set everything up and exit, without health checks.")

    static let clean = Setting(
        switch: "clean", letter: "C",
        """
        Remove everything that this command made for the virtual service, and exit; needs only --vs, or --config, or --all.
        """)

    static let everything = Setting(
        switch: "all",
        """
        With --clean: remove whatever this program made on the node, by whatever flags or file: its tables of nf_tables, \
        links, routes and addresses, and the virtual services at the addresses to which these lead, since a service has no \
        mark of its own. What a running process keeps stays. So does a service that may be somebody else's: without such a \
        path (--mode "", firewall marks), at an address that another link of the node has as well, or missing in the tables \
        that others at its address are in; --vs removes it. No variable stands in for this flag.
        """,
        isFlagOnly: true)
}

/// What is written to standard error while the command runs.
extension Setting {
    static let logLevel = Setting(
        "logger", .proposed(["INFO", "DEBG"], "INFO or DEBG"), "level", default: .text("INFO"),
        "INFO, or DEBG to see every probe; anything else counts as INFO.")

    static let logFormat = Setting(
        "log-format", .choice(LogFormat.allCases.map(\.rawValue), ignoresCase: true), "format", default: .text("text"),
        "Form of the log: text, or json for one JSON object a line.")
}
