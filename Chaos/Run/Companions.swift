import Addressing
import ChaosModel
import IPVS
import KernelTestKit
import LoadBalancing

/// Nine further services beside each of the two that are watched closely, in one configuration file with it: services of every
/// kind that share its address and its real servers. The file changes now and then.
///
/// They are to be what the file says whenever a round is over.
struct Companions: Sendable {
    /// One of them.
    private struct Companion: Hashable {
        var service: VirtualService
        /// Its key and values in the file besides its address, real servers and path.
        var more: String
        /// Whether its real servers are asked.
        var isChecked: Bool
    }

    private let realServers: [VIP: [Endpoint]]
    /// How packets reach all of them.
    private let path: String
    private let timeout: Duration
    /// In memory, because the file system that an emulated kernel shares with its host makes another inode of a folder for
    /// each look at it, so that nobody hears of changes.
    private static let folder = "/run/lvscare-chaos"
    /// How many there are of each daemon.
    static let count = 9
    /// The ports of all companions there ever are.
    private static let ports: ClosedRange<UInt16> = 1001...1012

    /// The companions in this scene.
    init(_ scene: Scene) throws {
        realServers = Dictionary(
            uniqueKeysWithValues: VIP.allCases.map { vip in
                (vip, Site.allCases.map { scene.endpoint(of: vip, $0) })
            })
        path = scene.mode.hasLink ? "link" : "route"
        timeout = scene.timeout
        try Shell.lines("mkdir -p \(Self.folder)")
    }

    /// The file of the daemon for `vip`.
    static func file(of vip: VIP) -> String { "\(folder)/\(vip).yaml" }

    /// Writes the file of a daemon, the usual one or the other one, as an editor does.
    func write(_ vip: VIP, interval: String, isOther: Bool = false) throws {
        let file = Self.file(of: vip)
        try Shell.lines("cat > \(file).new && mv \(file).new \(file)", input: text(vip, interval, isOther))
    }

    /// Whether a service is one of them, wanted or not.
    static func contains(_ service: VirtualService) -> Bool {
        switch service {
        case .endpoint(_, let endpoint):
            ports.contains(endpoint.port)
                && VIP.allCases.contains { Scene.endpoint(of: $0).address == endpoint.address }
        case .firewallMark(let mark, _): marks.values.contains(mark)
        }
    }

    /// Whether a line of `ipvsadm -Sn` is about one of them.
    static func contains(savedLine line: String) -> Bool {
        let words = line.split(separator: " ")
        guard words.count > 2 else { return false }
        if words[1] == "-f" { return marks.values.contains { "\($0)" == words[2] } }
        return (try? Endpoint(String(words[2]))).map { endpoint in
            contains(.endpoint(.tcp, endpoint))
        } ?? false
    }

    private static let marks: [VIP: UInt32] = [.ipv4: 104, .ipv6: 106]

    /// What is not as the usual file says, with all real servers healthy; empty when all is.
    func differences(_ ipvs: IPVSClient) throws -> [String] {
        var wanted: [VirtualService: Set<Endpoint>] = [:]
        for vip in VIP.allCases {
            let servers = Set(realServers[vip] ?? [])
            for companion in Self.companions(of: vip, isOther: false) { wanted[companion.service] = servers }
        }
        let table = try ipvs.table { Self.contains($0) }
        let found = table.map { entry in
            let served = entry.destinations.filter { $0.configuration.weight != .quiescent }
            return (entry.service.identity, Set(served.map(\.identity)))
        }
        let known = Dictionary(found, uniquingKeysWith: { $1 })
        return Set(wanted.keys).union(known.keys).filter { wanted[$0] != known[$0] }.map { service in
            "\(service): \(known[service].map { "\($0.count) real servers in service" } ?? "missing")"
                + (wanted[service] == nil ? ", not wanted" : "")
        }.sorted()
    }

    private static func companions(of vip: VIP, isOther: Bool) -> [Companion] {
        let address = Scene.endpoint(of: vip).address
        func at(
            _ transport: TransportProtocol, _ port: UInt16, _ more: String = "", isChecked: Bool = true
        ) -> Companion {
            Companion(
                service: .endpoint(transport, Endpoint(address: address, port: port)), more: more, isChecked: isChecked)
        }
        let usual = [
            at(.tcp, 1001), at(.tcp, 1002, ", scheduler: wrr"), at(.tcp, 1003, ", whenAllFail: keep"),
            at(.tcp, 1004, ", onFailure: quiesce"),
            at(.tcp, 1005, ", persistence: {timeout: 1m}"),
            at(.udp, 1006, ", protocol: udp", isChecked: false),
            at(.sctp, 1007, ", protocol: sctp", isChecked: false),
            at(.tcp, 1008, ", quorum: {weight: 2}"),
            Companion(
                service: .firewallMark(marks[vip] ?? 0, vip == .ipv4 ? .ipv4 : .ipv6), more: "", isChecked: true),
        ]
        guard isOther else { return usual }
        // Some stay as they are, some change, some go, and others come.
        var other = Array(usual[..<5])
        other[1].more = ", scheduler: lc"
        return other + [at(.tcp, 1010), at(.udp, 1011, ", protocol: udp", isChecked: false), at(.tcp, 1012), usual[8]]
    }

    private func text(_ vip: VIP, _ interval: String, _ isOther: Bool) -> String {
        let servers = (realServers[vip] ?? []).map { "\"\($0)\"" }.joined(separator: ", ")
        var text = """
            apiVersion: lvscare/v1
            kind: Configuration
            defaults: {interval: \(interval), timeout: \(timeout.milliseconds)ms}
            checks:
              page: {http: {path: /}}
            services:
            - {name: main, virtual: "\(Scene.endpoint(of: vip))", path: \(path), checks: [page], realServers: [\(servers)]}

            """
        for companion in Self.companions(of: vip, isOther: isOther) {
            let virtual: String
            let ownPath: String
            switch companion.service {
            case .endpoint(_, let endpoint): (virtual, ownPath) = ("\"\(endpoint)\"", path)
            case .firewallMark(let mark, let family):
                (virtual, ownPath) = ("{fwmark: \(mark), family: \(family == .ipv4 ? "ipv4" : "ipv6")}", "none")
            }
            let checks = companion.isChecked ? "page" : ""
            text +=
                "- {virtual: \(virtual), path: \(ownPath), checks: [\(checks)], realServers: [\(servers)]\(companion.more)}\n"
        }
        return text
    }
}
