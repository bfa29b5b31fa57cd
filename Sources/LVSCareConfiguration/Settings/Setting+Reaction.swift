import LVSCareModel
package import LVSCareSettings

/// How failures are confirmed and acted on.
extension Setting {
    package static let unhealthyInterval = Setting(
        "unhealthy-interval", .duration(.milliseconds(10) ... .seconds(86_400)), "duration",
        default: .words("1s, or the interval if shorter"),
        """
        Time from a probe that failed to the next, at most that of --interval, so that confirmation and recovery do not wait \
        for a long interval.
        """)

    package static let fall = Setting(
        "fall", .number(1...1000, "how many failures in a row decide"), "count", default: .text("1"),
        "Failures in a row that make a healthy real server unhealthy; the very first probe decides alone.")

    package static let rise = Setting(
        "rise", .number(1...1000, "how many successes in a row decide"), "count", default: .text("1"),
        "Successes in a row that make an unhealthy one healthy again.")

    package static let watch = Setting(
        switch: "watch", default: .text("true"),
        """
        Keep the connection of one HTTP(S) probe open and probe at once when it ends, so that a crash is noticed within \
        milliseconds.
        """)

    package static let heartbeat = Setting(
        "heartbeat", .proposed(["auto", "off", "1s"], "auto, off, or a duration such as 1s, from 200ms to 1h"), "when",
        default: .text("auto"),
        """
        How often a healthy real server has to answer on that connection: one that does not within some 400 milliseconds to a \
        second gets no new connections until it does. auto is every second, where that costs the server next to nothing: a PING \
        over HTTP/2, the request over HTTP/1.1 where answers take at most 50 milliseconds. off also bears probes that take long.
        """)

    package static let jitter = Setting(
        "jitter", .percentage(0...50), "percent", default: .text("10"),
        """
        Per cent by which each wait is shortened or lengthened at random, so that the probes of many nodes do not arrive \
        together.
        """)

    package static let allDown = Setting(
        "all-down", .choice(AllDown.allCases.map(\.rawValue), ignoresCase: true), "choice", default: .text("remove"),
        """
        When every real server fails: remove (clients are refused) or keep those that were healthy until shortly before, in \
        case it is the check that is wrong.
        """)

    package static let drainTimeout = Setting(
        "drain-timeout", .duration(.milliseconds(1) ... .seconds(86_400)), "duration", default: .text("0"),
        """
        Longest time that a failing or undeclared real server stays at weight 0 because it still has active connections; 0 \
        removes it at its next check.
        """)

    package static let abortWaiting = Setting(
        switch: "abort-waiting", default: .text("true"),
        """
        When a dead real server is removed, abort the connections of this node's clients that still wait for it, so that they \
        connect anew at once. TCP; not those of other network namespaces.
        """)
}
