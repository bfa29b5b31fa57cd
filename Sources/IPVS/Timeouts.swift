/// How long idle connections stay in the table. `ipvsadm -L --timeout`, `ipvsadm --set TCP TCPFIN UDP`
///
/// When it is set, 0 leaves a time as it is. The kernel refuses what does not fit 2³¹ ticks of its clock with `EINVAL`;
/// at a thousand ticks a second that is more than 2,147,483 s.
public struct Timeouts: Hashable, Sendable {
    /// Established TCP connections; 900 s at first.
    ///
    /// Wire: `IPVS_CMD_ATTR_TIMEOUT_TCP`, u32, host order, seconds (`linux/ip_vs.h`).
    public var tcp: Seconds
    /// TCP connections after a FIN; 120 s at first.
    ///
    /// Wire: `IPVS_CMD_ATTR_TIMEOUT_TCP_FIN`, u32, host order, seconds.
    public var tcpFin: Seconds
    /// UDP; 300 s at first.
    ///
    /// Wire: `IPVS_CMD_ATTR_TIMEOUT_UDP`, u32, host order, seconds.
    public var udp: Seconds

    /// Creates timeouts; 0, the default, leaves the kernel's value as it is.
    public init(tcp: Seconds = 0, tcpFin: Seconds = 0, udp: Seconds = 0) {
        self.tcp = tcp
        self.tcpFin = tcpFin
        self.udp = udp
    }
}
