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

    static let interface = Setting(
        "iface", letter: "i", .text("the name of a link: 1-15 characters without blanks, \"/\", \":\" and \"%\""),
        "name",
        default: .text(CareSettings.defaultInterface), "Mode link: the name of the dummy link.")

    static let masqueradeBit = Setting(
        "masqueradebit", .number(0...31, "a bit of the packet mark"), "bit", default: .text("0"),
        "Mode link: the bit of the packet mark that marks connections to masquerade.")

    static let verifyPath = Setting(
        switch: "verify-path", default: .text("true"),
        """
        Modes route and link: be a client of the virtual service now and then, and warn when it does not answer although its \
        real servers are healthy.
        """)
}
