import LVSCareSettings

/// How packets for the virtual service reach the kernel's load balancer.
extension Setting {
    static let mode = Setting(
        "mode", .choice(["route", "link", ""], ignoresCase: false), "mode", default: .text("route"),
        """
        How packets for the virtual service arrive. route: by a route to it. link: by a dummy link that carries its address. \
        "": others see to it.
        """)

    static let address = Setting(
        "ip", .text("an address of this node or of a gateway"), "ip",
        default: .words(
            """
            LVSCARE_NODE_IP, else lvscare.node.ip in the hosts file, as far as this node has that address, else what the \
            kernel uses towards the real servers
            """),
        "Mode route: the address of this node that local clients use as their source, or a gateway.")

    static let hostsFile = Setting(
        "hosts-file", .file("the path of a file"), "file", default: .text(HostsFile.defaultPath),
        "The hosts file in which \(CareSettings.nodeName) is looked up.")

    /// How messages write that the path is left to others.
    static let noPath = "\(mode.spelling) \"\""
}
