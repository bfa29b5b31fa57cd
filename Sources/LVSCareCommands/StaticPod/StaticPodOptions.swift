import ArgumentParser
import StaticPod

/// What the static pod is made of, where it goes, and what is to be done with it.
struct StaticPodOptions: ParsableArguments {
    @Argument(help: .init("The pod: lvscare.", valueName: "pod"), completion: .list(["lvscare"]))
    var pod: String?

    @Option(
        name: .podFlag(.masters), parsing: .unconditionalSingleValue,
        help: .init(
            "The masters. May be repeated, and may be a list separated by commas. Required unless --set-img.",
            valueName: "ip:port,…"))
    var masters: [String] = []

    @Option(
        name: .podFlag(.virtualServer), parsing: .unconditional,
        help: .init(
            "The virtual server by which this node reaches them. (default: \(StaticPodSettings.defaultVirtualServer))",
            valueName: "ip:port"))
    var virtualServer: String?

    @Option(
        name: .podFlag(.options), parsing: .unconditionalSingleValue,
        help: .init("More flags and values for the daemon, in the form of --masters.", valueName: "flag,value,…"))
    var options: [String] = []

    @Option(
        name: .podFlag(.image), parsing: .unconditional,
        help: .init("The image of the container. (default: \(StaticPodSettings.defaultImage))", valueName: "image"))
    var image: String?

    @Option(
        name: .podFlag(.name), parsing: .unconditional,
        help: .init(
            "The name of pod, container and file. (default: \(StaticPodSettings.defaultName))", valueName: "name"))
    var name: String?

    @Option(
        name: .podFlag(.path), parsing: .unconditional,
        help: .init(
            "The folder that the kubelet watches. (default: \(StaticPodSettings.defaultFolder))", valueName: "folder"),
        completion: .directory)
    var path: String?

    @Option(
        name: .podFlag(.profile), parsing: .unconditional,
        help: .init(
            """
            original: privileged, as ever. hardened: with one capability (NET_ADMIN), a read-only root and resource \
            requests; the node must then set net.ipv4.vs.* itself. (default: original)
            """,
            valueName: "profile"),
        completion: .list(StaticPod.Profile.allCases.map(\.rawValue)))
    var profile: String?

    @Option(
        name: .podFlag(.hostsFile), parsing: .unconditional,
        help: .init(
            "The hosts file in which \(CareSettings.nodeName) is looked up. (default: \(HostsFile.defaultPath))",
            valueName: "file"),
        completion: .file())
    var hostsFile: String?

    @Flag(
        name: .podFlag(.print), inversion: .prefixedNo, exclusivity: .chooseLast,
        help: "Print the manifest and write nothing.")
    var print: Bool = false

    @Flag(
        name: .podFlag(.setImage), inversion: .prefixedNo, exclusivity: .chooseLast,
        help: "Change only the image in the manifest that is there, and keep every other byte of it.")
    var setImage: Bool = false
}

extension NameSpecification {
    /// The name of one of our flags.
    fileprivate static func podFlag(_ flag: StaticPodFlag) -> NameSpecification { [.customLong(flag.rawValue)] }
}
