import LVSCareModel
import LVSCareSettings

/// What a file as a whole has.
enum FileKeys {
    static let apiVersion = ConfigurationKey(
        "apiVersion", .choice([version], ignoresCase: false), isRequired: true, "The form of the file.")
    static let kind = ConfigurationKey(
        "kind", .choice([configuration], ignoresCase: false), isRequired: true, "What the file is.")
    static let defaults = ConfigurationKey(
        "defaults", form: "a mapping", "What counts in all checks and services that do not say otherwise.")
    static let checks = ConfigurationKey(
        "checks", form: "a mapping of names to checks", "Health checks that services and real servers refer to by name."
    )
    static let services = ConfigurationKey(
        "services", form: "a list of services, [] for none",
        "The virtual services of the node. Required unless an included file has it.")
    static let include = ConfigurationKey(
        "include", form: "a list of paths or patterns such as conf.d/*.yaml",
        """
        Files whose services and checks are added, relative to this file; those of a pattern in alphabetical order. They have \
        no other keys than apiVersion, kind, checks and services.
        """)
    static let timeouts = ConfigurationKey(
        "timeouts", form: "a mapping", default: .words("what the kernel has"),
        "How long the kernel remembers connections without a packet.")
    static let synchronization = ConfigurationKey(
        "synchronization", form: "a list of daemons", default: .words("the daemons that there are"),
        "The kernel's daemons that exchange connections with another director, at most one of each role.")

    static let version = "lvscare/v1"
    static let configuration = "Configuration"
    /// What an included file may have.
    static let ofIncluded = [apiVersion, kind, checks, services]
}

/// How long the kernel remembers connections.
enum TimeoutKeys {
    static let tcp = ConfigurationKey(
        "tcp", seconds, default: .words("what the kernel has"), "Of established TCP connections. Whole seconds.")
    static let tcpFIN = ConfigurationKey(
        "tcpFin", seconds, default: .words("what the kernel has"),
        "Of TCP connections of which one side has ended. Whole seconds.")
    static let udp = ConfigurationKey(
        "udp", seconds, default: .words("what the kernel has"), "Of flows of UDP datagrams. Whole seconds.")

    /// `ipvsadm` takes up to 31 days, too.
    static let seconds = SettingKind.duration(.seconds(1) ... .seconds(2_678_400))
}

/// A daemon that exchanges connections.
enum SynchronizationKeys {
    static let role = ConfigurationKey(
        "role", .choice(ConnectionSynchronization.Role.allCases.map(\.rawValue), ignoresCase: false), isRequired: true,
        "master tells another director of connections, backup hears of them.")
    static let interface = ConfigurationKey(
        "interface", Setting.interface.kind, isRequired: true, "Name of the link over which they talk.")
    static let id = ConfigurationKey(
        "id", .number(0...255, "which directors belong together"), default: .text("0"),
        "Which directors belong together.")
}

extension ConfigurationSchema {
    static let file = ConfigurationSchema(
        "File", at: "",
        [
            FileKeys.apiVersion, FileKeys.kind, FileKeys.defaults, FileKeys.checks, FileKeys.services, FileKeys.include,
            FileKeys.timeouts, FileKeys.synchronization,
        ])
    static let timeouts = ConfigurationSchema(
        "Timeouts", at: "timeouts", [TimeoutKeys.tcp, TimeoutKeys.tcpFIN, TimeoutKeys.udp])
    static let synchronization = ConfigurationSchema(
        "Synchronization daemon", at: "synchronization[]",
        [SynchronizationKeys.role, SynchronizationKeys.interface, SynchronizationKeys.id])
}
