public import IPVS

/// `ipvsadm`, which speaks to the same kernel through code of its own.
public enum IPVSOracle {
    /// The table as `ipvsadm -Sn` prints it, one command a line.
    public static func saved() throws -> [String] {
        // Blanks at the ends of lines differ between versions.
        try Shell.lines("ipvsadm -Sn").map { $0.split(separator: " ").joined(separator: " ") }
    }

    /// Has ipvsadm make a table of such lines.
    public static func restore(_ lines: [String]) throws {
        try Shell.lines("ipvsadm -R", input: lines.map { $0 + "\n" }.joined())
    }
}

/// A client for a table that was made empty: no services, no daemons, the usual timeouts.
public func freshIPVS() throws -> IPVSClient {
    let ipvs = try IPVSClient()
    try ipvs.flush()
    for daemon in try ipvs.daemons() { try ipvs.stopDaemon(daemon.state) }
    try ipvs.setTimeouts(Timeouts(tcp: 900, tcpFin: 120, udp: 300))
    return ipvs
}
