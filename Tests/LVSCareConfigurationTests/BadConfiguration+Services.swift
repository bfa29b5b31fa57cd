/// Services, and what holds for the node.
extension BadConfiguration {
    static let identities: [BadConfiguration] = [
        BadConfiguration(service: "checks: [], realServers: []", at: "{", "virtual is missing", "IP:PORT"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, checks: []", at: "{", "realServers is missing"),
        BadConfiguration(service: "virtual: 10.0.0.1, realServers: []", at: "10.", "the port is missing"),
        BadConfiguration(service: "virtual: fd00::1:80, realServers: []", at: "fd", "brackets"),
        BadConfiguration(service: "virtual: host:80, realServers: []", at: "host", "host name"),
        BadConfiguration(service: "virtual: 0.0.0.0:80, realServers: []", at: "0.0", "stands for any"),
        BadConfiguration(service: "virtual: [10.0.0.1:80], realServers: []", at: "[10", "it is a list"),
        BadConfiguration(service: "virtual: {fwmark: 0}, realServers: []", at: "0}", "1 to 4294967295"),
        BadConfiguration(service: "virtual: {family: ipv6}, realServers: []", at: "{family", "fwmark is missing"),
        BadConfiguration(service: "virtual: {fwmark: 1, family: ipv5}, realServers: []", at: "ipv5", "mean ipv4?"),
        BadConfiguration(service: "virtual: {fwmark: 1}, protocol: udp, realServers: []", at: "udp", "any protocol"),
        BadConfiguration(service: "virtual: {fwmark: 1}, path: route, realServers: []", at: "route", "no address"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, protocol: UDP, realServers: []", at: "UDP", "tcp, udp or sctp"),
        BadConfiguration(service: "virtual: 10.0.0.1:0, realServers: []", at: "10.", "port 0", "persistence"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, name: a b, realServers: []", at: "a b", "no name"),
        BadConfiguration(service: "virtual: 127.0.0.1:80, realServers: []", at: "127", "loopback", "path: none"),
        BadConfiguration(
            body: "services:\n- {virtual: 10.0.0.1:80, realServers: []}\n- {virtual: 10.0.0.1:80, realServers: []}",
            at: "3:13", "there already, at /etc/x.yaml:4:13"),
        BadConfiguration(
            body: """
                services:
                - {name: a, virtual: 10.0.0.1:80, realServers: []}
                - {name: a, virtual: 10.0.0.2:80, realServers: []}
                """, at: "3:10", "that name", "/etc/x.yaml:4:10"),
        BadConfiguration(
            body: """
                services:
                - {virtual: 10.0.0.1:80, realServers: []}
                - {virtual: 10.0.0.1:81, realServers: [], path: none}
                """, at: "3:49", "same VIP 10.0.0.1", "/etc/x.yaml:4:13"),
    ]

    static let kernel: [BadConfiguration] = [
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], path: rout", at: "rout", "did you mean route?"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], path: ", at: "}", "it has no value"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], path: {none: {}}", at: "{}", "none alone"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], path: {}", at: "{}", "it has 0 keys"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], path: {route: {address: fd00::1}}", at: "fd00",
            "other family"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], path: {link: {interface: a/b}}", at: "a/b", "no such name"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], path: {link: {masqueradeBit: 32}}", at: "32", "0 to 31"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], scheduler: RR", at: "RR", "name of a scheduler"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], schedulerFlags: [sh-port]", at: "sh-port", "scheduler: sh"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], schedulerFlags: sh-prt", at: "sh-prt",
            "did you mean sh-port?"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], onePacket: true", at: "true", "tcp connection", "udp"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], persistence: ", at: "}", "it has no value"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], persistence: {timeout: 1500ms}", at: "1500ms",
            "whole seconds"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], persistence: {timeout: 32h, mask: 33}", at: "33",
            "prefix length"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], persistence: {timeout: 800h}", at: "800h", "too long"),
        BadConfiguration(
            service: "virtual: '[fd00::1]:80', realServers: [], persistence: {mask: 255.0.0.0}", at: "255", "1 to 128"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], persistence: {engine: SIP}", at: "SIP", "an engine"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], forwarding: nat", at: "nat", "masquerade"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], forwarding: {tunnel: {type: gue}}", at: "{type",
            "needs a port"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], forwarding: {tunnel: {port: 80}}", at: "80}",
            "ipip has no port"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], forwarding: {tunnel: {type: gre, checksum: remote}}",
            at: "remote", "gre has no such checksum"),
    ]

    static let realServers: [BadConfiguration] = [
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [10.0.0.1:80]", at: "10", occurrence: 2, "itself"
        ),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [10.0.0.1:81]", at: "10", occurrence: 2,
            "path: none"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: ['[fd00::2]:80']", at: "'[fd",
            "masquerading cannot"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, forwarding: direct, realServers: ['fd00::2']", at: "'fd",
            "direct routing"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, forwarding: tunnel, realServers: [10.0.0.2:81]",
            at: "10.0.0.2",
            "the port of the service, 80"),
        BadConfiguration(
            service: "virtual: {fwmark: 1}, checks: [], forwarding: direct, realServers: [10.0.0.2:81]", at: "10.0.0.2",
            "an address without a port"),
        BadConfiguration(
            service: "virtual: {fwmark: 1}, checks: port, realServers: [10.0.0.2]", at: "10.0.0.2", "checkAddress"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [10.0.0.2:80, 10.0.0.2]", at: "10.0.0.2",
            occurrence: 2, "there already, at /etc/x.yaml:5:54"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [10.0.0.2:80]", at: "{", "checks is missing"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: prt, realServers: [10.0.0.2:80]", at: "prt", "did you mean port?"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: [port, port], realServers: [10.0.0.2:80]", at: "port",
            occurrence: 2,
            "there already"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [{address: 10.0.0.2, weight: -1}]", at: "-1",
            "0 to 2147483647"),
        BadConfiguration(
            service:
                "virtual: 10.0.0.1:80, checks: port, realServers: [{address: 10.0.0.2, thresholds: {upper: 1, lower: 2}}]",
            at: "2}}", "at most upper, 1"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [{address: 10.0.0.2, checkAddress: 10.0.0.2}]",
            at: "10.0.0.2", occurrence: 2, "the port is missing"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [{adress: 10.0.0.2}]", at: "adress",
            "did you mean address?"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: ['[fd00::2]:8O']", at: "'[fd", "\"8O\"", "between 1 and 65535"),
    ]

    static let policies: [BadConfiguration] = [
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [], require: {atLeast: 2}", at: "{at",
            "there is 1"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: [], realServers: [], require: {atLeast: 1}", at: "{at",
            "are no checks"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [], require: al", at: "al}", "all, any"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [{address: 10.0.0.2, require: {atLeast: 2}}]",
            at: "{at", "there is 1 check"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, realServers: [10.0.0.2], whenAllFail: {sorry: 10.0.0.2}",
            at: "10.0.0.2", occurrence: 2, "a real server of the service, at /etc/x.yaml:5:54"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], whenAllFail: sorry", at: "sorry", "{sorry:"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], quorum: {weight: 2, hysteresis: 2}", at: "2}",
            "less than the weight, 2"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], quorum: {weight: 0}", at: "0}", "1 to 214"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], onFailure: quiece", at: "quiece", "did you mean quiesce?"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], start: off", at: "off", "in-service"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], drain: 25h", at: "25h", "too long"),
        BadConfiguration(service: "virtual: 10.0.0.1:80, realServers: [], drain: -1", at: "-1", "negative"),
    ]

    /// Each would look like two mistakes to a reader that took the default for what is mistaken.
    static let lonely: [BadConfiguration] = [
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [], scheduler: SH, schedulerFlags: sh-port", at: "SH",
            "a scheduler"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {https: {ca: '', tokenFile: /t}}}", at: "2:26", "not the path of a file"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {https: {clientCertificate: '', clientKey: /k}}}", at: "2:41",
            "not the path"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {tcp: , interval: x, unhealthyInterval: 9s}}", at: "2:31", "\"x\""),
        BadConfiguration(
            body: "services: []\ndefaults: {interval: x}\nchecks: {a: {tcp: , unhealthyInterval: 9s}}", at: "2:22",
            "\"x\""),
        BadConfiguration(
            body: """
                defaults: {forwarding: {tunnel: {type: gue, port: x}}}
                services: [{virtual: 10.0.0.1:80, realServers: []}]
                """, at: "1:51", "\"x\""),
        BadConfiguration(
            body: """
                defaults: {scheduler: X}
                services: [{virtual: 10.0.0.1:80, realServers: [], schedulerFlags: sh-port}]
                """, at: "1:23", "\"X\""),
        BadConfiguration(
            body: "defaults: {checks: x}\nservices: [{virtual: 10.0.0.1:80, realServers: [10.0.0.2]}]", at: "1:20",
            "\"x\""),
        BadConfiguration(service: "virtual: 127.0.0.1:80, realServers: [], path: non", at: "non}", "no such choice"),
        BadConfiguration(
            body: """
                services:
                - {virtual: 10.0.0.1:80, realServers: [], path: none}
                - {virtual: 10.0.0.1:81, realServers: [], path: non}
                """, at: "3:49", "no such choice"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: [prt], realServers: [], require: {atLeast: 1}", at: "prt",
            "mean port?"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: [{tpc: }], realServers: [], require: {atLeast: 1}", at: "tpc",
            "mean tcp?"),
        BadConfiguration(
            service:
                "virtual: 10.0.0.1:80, checks: port, realServers: [{address: 10.0.0.2, thresholds: {upper: x, lower: 2}}]",
            at: "x,", "0 to 4294967295"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, checks: port, forwarding: tunel, realServers: ['fd00::2']", at: "tunel",
            "did you mean tunnel?"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:0, persistence: 5, realServers: []", at: "5,", "a mapping"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, protocol: upd, onePacket: true, realServers: []", at: "upd",
            "no such choice"),
        BadConfiguration(
            service: "virtual: '[fd00::1]:8O', checks: port, persistence: {mask: 64}, realServers: ['fd00::2']",
            at: "'[fd", "8O",
            "the port"),
        BadConfiguration(
            service: "virtual: 10.0.0.1:80, realServers: [{address: 10.0.0.2, require: any}]", at: "{",
            "checks is missing"),
    ]

    static let node: [BadConfiguration] = [
        BadConfiguration(body: "services: []\ntimeouts: {tcp: 0.5s}", at: "2:17", "too short"),
        BadConfiguration(body: "services: []\ntimeouts: {tcp: 1.5s}", at: "2:17", "whole seconds"),
        BadConfiguration(body: "services: []\ntimeouts: {tcpFIN: 1}", at: "2:12", "did you mean tcpFin?"),
        BadConfiguration(
            body: "services: []\nsynchronization: [{role: both, interface: a}]", at: "2:26", "master or backup"),
        BadConfiguration(body: "services: []\nsynchronization: [{role: master}]", at: "2:19", "interface is missing"),
        BadConfiguration(
            body: "services: []\nsynchronization: [{role: master, interface: a, id: 256}]", at: "2:52", "0 to 255"),
        BadConfiguration(
            body: "services: []\nsynchronization: [{role: master, interface: a}, {role: master, interface: b}]",
            at: "2:56",
            "one daemon of each role"),
        BadConfiguration(body: "services: []\ninclude: [x.yaml]", at: "2:11", "\"x.yaml\"", "includes itself"),
        BadConfiguration(body: "services: []\ninclude: [y.yaml]", at: "2:11", "\"/etc/y.yaml\"", "cannot read"),
    ]
}
