import Addressing
import ChaosModel
import IPVS
import NFTables
import RouteNetlink

/// Looks at the kernel once, through netlink.
struct Sight {
    /// What a look says of rules that are as they were when there were first any.
    static let rulesAsAtFirst = "as at first"

    private let scene: Scene
    private let ipvs: IPVSClient
    private let routes: RouteNetlinkClient
    private let tables: NFTablesClient?
    /// The tables as the first look found them.
    private var first: [VIP: Table] = [:]
    /// What was found at this generation of all rules, and since when: looks may fall into a transaction that is half done, on an
    /// emulated kernel for a third of a second.
    private var latest: (generation: UInt32, rules: [VIP: String], since: ContinuousClock.Instant)?
    /// After this time without a change, what was found is taken for certain.
    private static let settlingTime: Duration = .seconds(2)

    /// The daemons must have made everything before.
    init(_ scene: Scene) throws {
        self.scene = scene
        (ipvs, routes) = (try IPVSClient(), try RouteNetlinkClient())
        tables = scene.mode.hasRules ? try NFTablesClient() : nil
        guard let tables else { return }
        for vip in VIP.allCases {
            first[vip] = try tables.table(Rules.identity(of: vip)).map { Rules.own($0, of: vip) }
        }
    }

    /// One look at everything.
    mutating func look(_ recorder: Recorder) throws -> Observation {
        let began = recorder.now
        var services: [VIP: ServiceSight] = [:]
        var facts: [Fact: String] = [:]
        var duplicates: [String] = []
        if scene.mode.hasLink { facts[.link] = try linkText() }
        for vip in VIP.allCases {
            let address = Scene.endpoint(of: vip).address
            if scene.mode.hasLink { facts[.address(vip)] = try addressText(address) }
            services[vip] = try service(vip)
            let own = try routes.routes(RouteFilter(destination: CIDR(host: address)))
                .filter { $0.protocol == Scene.routeProtocol }.map(Self.text)
            facts[.ownRoutes(vip)] = own.joined(separator: "; ")
            if own.count > 1 { duplicates.append("\(own)") }
            facts[.route(vip)] = (try? routes.route(to: address)).map(Self.text)
        }
        for name in scene.mode.settings { facts[.setting(name)] = try setting(name) }
        for (vip, text) in try rules() { facts[.rules(vip)] = text }
        return Observation(
            began: began, ended: recorder.now, services: services, facts: facts, duplicates: duplicates)
    }

    private func linkText() throws -> String? {
        guard let link = try routes.link(named: Scene.link) else { return nil }
        return "\(link.kind ?? "hardware") \(link.isUp ? "up" : "down")"
    }

    /// Where the address is, each time it is there.
    private func addressText(_ address: IPAddress) throws -> String? {
        let link = try routes.link(named: Scene.link)
        let found = try routes.addresses().filter { $0.local.address == address }.map {
            "\($0.local) on \($0.link == link?.index ? Scene.link : "another link")"
        }
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }

    private mutating func rules() throws -> [VIP: String] {
        guard let tables else { return [:] }
        let generation = try tables.generation()
        if let latest, latest.generation == generation, .now - latest.since > Self.settlingTime { return latest.rules }
        var rules: [VIP: String] = [:]
        for vip in VIP.allCases {
            guard let table = try tables.table(Rules.identity(of: vip)).map({ Rules.own($0, of: vip) }) else {
                continue
            }
            rules[vip] = table == first[vip] ? Self.rulesAsAtFirst : "others: \(table.chains)"
        }
        let isSame = latest.map { $0.generation == generation && $0.rules == rules } ?? false
        latest = (generation, rules, isSame ? latest?.since ?? .now : .now)
        return rules
    }

    /// What matters of a route; its metric says only how it came ahead of others.
    private static func text(_ route: Route) -> String {
        "\(route.type)" + (route.preferredSource.map { " src \($0)" } ?? "")
    }

    private func service(_ vip: VIP) throws -> ServiceSight? {
        guard let entry = try ipvs.tableEntry(Scene.identity(of: vip)) else { return nil }
        var sight = ServiceSight(configuration: Self.text(entry.service.configuration), weights: [:])
        for destination in entry.destinations {
            // Another forwarding method is as wrong as a weight that nobody sets.
            let weight =
                destination.configuration.forwarding == .masquerade
                ? destination.configuration.weight.rawValue : .max
            if let site = scene.site(of: destination.identity, behind: vip) {
                sight.weights[site] = weight
            } else {
                sight.undeclared["\(destination.identity)"] = weight
            }
        }
        return sight
    }

    private static func text(_ configuration: Service.Configuration) -> String {
        configuration.scheduler.rawValue + (configuration.persistence == nil ? "" : " persistent")
            + (configuration.flags.isEmpty ? "" : " flags \(configuration.flags.rawValue)")
    }
}
