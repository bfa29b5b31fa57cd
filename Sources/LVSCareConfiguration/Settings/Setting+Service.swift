package import LVSCareSettings

/// What holds for a virtual service as a whole.
extension Setting {
    package static let scheduler = Setting(
        "scheduler",
        .proposed(
            usualSchedulers,
            "at most 15 of a-z, 0-9, _ and -, usually one of \(usualSchedulers.joined(separator: ", "))"),
        "name", default: .text("rr"),
        "How new connections are spread: rr, wrr, lc, wlc, sh, dh or any other scheduler that the kernel has.")

    /// The schedulers of a current kernel. The kernel is free to have others.
    package static let usualSchedulers = [
        "rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "mh", "fo", "ovf", "twos", "lblc", "lblcr",
    ]

    /// The shortest that is taken leaves nine tenths of the time to others, as a pass costs well below a millisecond.
    package static let repairInterval = Setting(
        "repair-interval", .duration(.milliseconds(10) ... .seconds(86_400)), "duration", default: .text("1s"),
        """
        Longest time from one look at the kernel's table and the path to the next, in which what other programs changed is \
        put right; in the form of --interval.
        """)
}
