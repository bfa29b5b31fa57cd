package import LVSCareSettings

/// How packets for the virtual service reach the kernel's load balancer.
extension Setting {
    package static let interface = Setting(
        "iface", letter: "i", .text("the name of a link: 1-15 characters without blanks, \"/\", \":\" and \"%\""),
        "name",
        default: .text(PathRules.defaultInterface), "Mode link: the name of the dummy link.")

    package static let masqueradeBit = Setting(
        "masqueradebit", .number(0...31, "a bit of the packet mark"), "bit", default: .text("0"),
        "Mode link: the bit of the packet mark that marks connections to masquerade.")

    package static let verifyPath = Setting(
        switch: "verify-path", default: .text("true"),
        """
        Modes route and link: be a client of the virtual service now and then, and warn when it does not answer although its \
        real servers are healthy.
        """)
}
