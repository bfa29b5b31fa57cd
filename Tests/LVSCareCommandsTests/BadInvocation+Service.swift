/// The virtual service and the real servers.
extension BadInvocation {
    static let service: [BadInvocation] = [
        BadInvocation([], mentions: ["--vs", "CARE_VS", "10.103.97.2:6443"]),
        BadInvocation(["--rs", "192.168.0.2:6443"], mentions: ["--vs", "CARE_VS", "IP:port"]),
        BadInvocation(
            ["--config", "lvscare.yaml", "--vs", "10.103.97.2:6443"], mentions: ["--vs", "--config", "lvscare.yaml"]),
        BadInvocation(["--config", "lvscare.yaml", "--interval", "2s"], mentions: ["--interval", "--logger"]),
        BadInvocation(["--config", "", "-C"], mentions: ["--config", "path of a configuration file"]),
        BadInvocation(
            ["--scheduler", "rr"], environment: ["CARE_CONFIG": "lvscare.yaml"],
            mentions: ["--scheduler", "CARE_CONFIG"]
        ),
        BadInvocation(["--clean"], mentions: ["--vs", "CARE_VS", "IP:port"]),
        BadInvocation(adding: "--config", "/etc/lvscare/lvscare.yaml", mentions: ["--vs", "--config", "--run-once"]),
        BadInvocation(["--config", ""], mentions: ["--config", "\"\"", "the path"]),
        BadInvocation(
            ["--rs", "192.168.0.2:6443"], environment: ["CARE_CONFIG": "/etc/lvscare/lvscare.yaml"],
            mentions: ["--rs", "CARE_CONFIG", "--run-once"]),
        BadInvocation(["--vs"], mentions: ["--vs", "ip:port"]),
        BadInvocation(adding: "--vs", "", mentions: ["--vs", "\"\"", "empty", "IP:port"]),
        BadInvocation(adding: "--vs=", mentions: ["--vs", "\"\"", "empty", "IP:port"]),
        BadInvocation(
            adding: "--vs", "10.103.97.2", mentions: ["--vs", "\"10.103.97.2\"", "port is missing", "IP:port"]),
        BadInvocation(adding: "--vs", ":6443", mentions: ["--vs", "\":6443\"", "no address", "IP:port"]),
        BadInvocation(adding: "--vs", "10.103.97.2:0", mentions: ["--vs", "\"10.103.97.2:0\"", "1 and 65535"]),
        BadInvocation(adding: "--vs", "10.103.97.2:65536", mentions: ["--vs", "\"65536\"", "1 and 65535"]),
        BadInvocation(adding: "--vs", "10.103.97.2:https", mentions: ["--vs", "\"https\"", "1 and 65535"]),
        BadInvocation(adding: "--vs", "10.103.97:6443", mentions: ["--vs", "\"10.103.97\"", "IP:port"]),
        BadInvocation(
            adding: "--vs", "10.103.97.256:6443", mentions: ["--vs", "\"10.103.97.256\"", "not an IP address"]),
        BadInvocation(adding: "--vs", "apiserver.cluster.local:6443", mentions: ["--vs", "host name", "IP:port"]),
        BadInvocation(adding: "--vs", "fd00::2:6443", mentions: ["--vs", "\"fd00::2:6443\"", "brackets"]),
        BadInvocation(adding: "--vs", "[fd00::2:6443", mentions: ["--vs", "\"[fd00::2:6443\"", "not closed"]),
        BadInvocation(adding: "--vs", "https://10.103.97.2:6443", mentions: ["--vs", "it is a URL", "IP:port"]),
        BadInvocation(adding: "--vs", "http://10.103.97.2", mentions: ["--vs", "it is a URL", "IP:port"]),
        BadInvocation(adding: "--vs", "1.2.3.4:80:90", mentions: ["--vs", "more than one port", "IP:port"]),
        BadInvocation(adding: "--vs", "a;b", mentions: ["--vs", "\";\" belongs to no address", "IP:port"]),
        BadInvocation(adding: "--vs", "10.0.0.1/24:80", mentions: ["--vs", "\"/\" belongs to no address", "IP:port"]),
        BadInvocation(adding: "--vs", "10.0.0.1:80 10.0.0.2:80", mentions: ["--vs", "\" \" belongs to no address"]),
        BadInvocation(adding: "--vs", "0x7f.0.0.1", mentions: ["--vs", "\"0x7f.0.0.1\" is not an IP address"]),
        BadInvocation(adding: "--vs", "0x7f.0.0.1:80", mentions: ["--vs", "\"0x7f.0.0.1\" is not an IP address"]),
        BadInvocation(adding: "--vs", "localhost", mentions: ["--vs", "\"localhost\" is a host name"]),
        BadInvocation(adding: "--vs", "10.0.0.1:" + Self.long, mentions: ["--vs", "1 and 65535"]),
        BadInvocation(adding: "--vs", Self.long + ":80", mentions: ["--vs", "host name"]),
        BadInvocation(adding: "--vs", "[" + Self.long + ":]:80", mentions: ["--vs", "not an IP address"]),
        BadInvocation(adding: "--vs", "0.0.0.0:6443", mentions: ["--vs", "\"0.0.0.0:6443\"", "any address"]),
        BadInvocation(adding: "--vs", "[::]:6443", mentions: ["--vs", "\"[::]:6443\"", "any address"]),
        BadInvocation(adding: "--vs", "224.0.0.1:6443", mentions: ["--vs", "\"224.0.0.1:6443\"", "multicast"]),
        BadInvocation(adding: "--vs", "255.255.255.255:80", mentions: ["--vs", "\"255.255.255.255:80\"", "broadcast"]),
        BadInvocation(adding: "--vs", "[::ffff:10.0.0.1]:80", mentions: ["--vs", "::ffff:10.0.0.1", "IPv4"]),
        BadInvocation(adding: "--vs", "[fe80::1]:6443", mentions: ["--vs", "\"[fe80::1]:6443\"", "link"]),
        BadInvocation(adding: "--vs", "127.0.0.1:6443", mentions: ["--vs", "127.0.0.1", "loopback", "--mode"]),
        BadInvocation(adding: "--vs", " 10.103.97.2:6443", mentions: ["--vs", "\" 10.103.97.2:6443\"", "IP:port"]),
        BadInvocation(
            adding: "--vs", "10.103.97.2:6443\n\u{1b}[2J", mentions: ["--vs", "\\n\\u{1b}[2J", "IP:port"]),
        BadInvocation(adding: "--scheduler", "", mentions: ["--scheduler", "\"\"", "wlc"]),
        BadInvocation(adding: "--scheduler", "RR", mentions: ["--scheduler", "\"RR\"", "wlc"]),
        BadInvocation(adding: "--scheduler", "round robin", mentions: ["--scheduler", "\"round robin\"", "wlc"]),
        BadInvocation(
            adding: "--scheduler", "sixteenletterslo", mentions: ["--scheduler", "\"sixteenletterslo\"", "15"]),
    ]

    static let realServers: [BadInvocation] = [
        BadInvocation(["--vs", "10.103.97.2:6443"], mentions: ["--rs", "CARE_RS", "IP:port", "--clean"]),
        BadInvocation(["--vs", "10.103.97.2:6443", "--rs", ""], mentions: ["--rs", "\"\"", "empty", "IP:port"]),
        BadInvocation(
            adding: "--rs", "10.103.97.2:6444",
            mentions: ["--rs", "\"10.103.97.2:6444\"", "address of the virtual service"]),
        BadInvocation(adding: "--rs", "192.168.0.3:6443,", mentions: ["--rs", "\"192.168.0.3:6443,\"", "empty"]),
        BadInvocation(adding: "--rs", "192.168.0.3:6443,,192.168.0.4:6443", mentions: ["--rs", "an item is empty"]),
        BadInvocation(adding: "--rs", "192.168.0.3", mentions: ["--rs", "\"192.168.0.3\"", "port is missing"]),
        BadInvocation(
            adding: "--rs=192.168.0.3:6443,master-2:6443", mentions: ["--rs", "\"master-2:6443\"", "host name"]),
        BadInvocation(adding: "--rs", "192.168.0.3:99999", mentions: ["--rs", "\"99999\"", "1 and 65535"]),
        BadInvocation(adding: "--rs", "192.168.0.3:-1", mentions: ["--rs", "\"-1\"", "1 and 65535"]),
        BadInvocation(
            adding: "--rs", "10.103.97.2:6443", mentions: ["--rs", "\"10.103.97.2:6443\"", "virtual service"]),
        BadInvocation(adding: "--rs", "[fd00::3]:6443", mentions: ["--rs", "\"[fd00::3]:6443\"", "family"]),
        BadInvocation(adding: "--vs", "[fd00::2]:6443", mentions: ["--rs", "\"192.168.0.2:6443\"", "family"]),
        BadInvocation(adding: "--rs", "0.0.0.0:6443", mentions: ["--rs", "\"0.0.0.0:6443\"", "any address"]),
        BadInvocation(adding: "--rs", "239.1.1.1:6443", mentions: ["--rs", "\"239.1.1.1:6443\"", "multicast"]),
        BadInvocation(adding: "--rs", "--run-once", mentions: ["--rs", "\"--run-once\"", "IP:port"]),
        BadInvocation(
            ["--vs", "10.103.97.2:6443", "--rs", "nonsense", "--clean"], mentions: ["--rs", "\"nonsense\"", "IP:port"]),
    ]
}
