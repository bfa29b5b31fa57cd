import Addressing
import ChaosModel
import Glibc
import IPVS
import KernelTestKit
import NFTables
import RouteNetlink

/// Does what a plan says, as another program would: through netlink, or with other people's commands.
final class Hand {
    private let ipvs: IPVSClient
    private let routes: RouteNetlinkClient
    private let tables: NFTablesClient?
    private let scene: Scene
    private let servers: Servers
    private let daemons: Daemons
    private let foreign: Foreign
    private let clock: Recorder
    /// Foreign things that came and are still to go, by number of the disturbance.
    private var bursts: [Int: Burst] = [:]

    private struct Burst {
        var services: [Service.Identity]
        var routes: [Route]
        var link: String
    }

    init(
        _ ipvs: IPVSClient, _ routes: RouteNetlinkClient, scene: Scene, servers: Servers, daemons: Daemons,
        foreign: Foreign, clock: Recorder
    ) throws {
        tables = scene.mode.hasRules ? try NFTablesClient() : nil
        self.scene = scene
        (self.ipvs, self.routes, self.servers, self.daemons) = (ipvs, routes, servers, daemons)
        (self.foreign, self.clock) = (foreign, clock)
    }

    /// Begins a disturbance. That there is nothing left to do, because another one came first, is no failure.
    func begin(_ number: Int, _ disturbance: Disturbance, byProgram: Bool) throws {
        switch disturbance {
        case .daemonKilled(let vip, _): daemons.kill(vip)
        case .daemonTerminated(let vip, _): daemons.terminate(vip)
        case .daemonStopped(let vip, _): daemons.send(SIGSTOP, to: vip)
        case .daemonStarved(let vip, _): try daemons.deprive(vip) { try $0.starve() }
        case .descriptorsTaken(let vip, _): try daemons.deprive(vip) { try $0.takeDescriptors() }
        case .serverKilled(let vip, let site, _): servers.kill(vip, site)
        case .serverHung(let vip, let site, _): servers.setSilent(vip, site, true)
        case .serverClosed(let vip, let site, _): servers.close(vip, site)
        case .foreignBurst(let count, _): try beginBurst(number, count)
        case .fileChanged(let vip, _): try daemons.changeFile(vip, isOther: true, isTold: number.isMultiple(of: 2))
        case .tableFlushed:
            let saved = try foreign.saveServices()
            if byProgram { try Shell.run("ipvsadm -C") } else { try ipvs.flush() }
            foreign.restoreServices(saved)
        case .rulesetFlushed: try foreign.replaceRuleset()
        default:
            if byProgram, let command = command(for: disturbance) {
                try Shell.run(command)
            } else {
                disturbByNetlink(disturbance)
            }
        }
    }

    /// Ends a disturbance that lasts. Returns what went missing meanwhile although it belongs to others.
    func end(_ number: Int, _ disturbance: Disturbance) throws -> [Violation] {
        switch disturbance {
        case .daemonKilled(let vip, _), .daemonTerminated(let vip, _): try daemons.start(vip)
        case .daemonStopped(let vip, _): daemons.send(SIGCONT, to: vip)
        case .daemonStarved(let vip, _), .descriptorsTaken(let vip, _): try daemons.endPrivation(vip)
        case .serverKilled(let vip, let site, _), .serverClosed(let vip, let site, _): try servers.open(vip, site)
        case .serverHung(let vip, let site, _): servers.setSilent(vip, site, false)
        case .foreignBurst: return endBurst(number)
        case .fileChanged(let vip, _): try daemons.changeFile(vip, isOther: false, isTold: number.isMultiple(of: 3))
        default: break
        }
        return []
    }

    /// Takes away the routes that disturbances left beside the daemons'.
    func tidy() throws {
        for vip in VIP.allCases {
            let host = CIDR(host: Scene.endpoint(of: vip).address)
            for route in try routes.routes(RouteFilter(destination: host))
            where route.protocol != Scene.routeProtocol && route.protocol != .kernel {
                try routes.delete(route)
            }
        }
    }

    // MARK: Table and route

    private func disturbByNetlink(_ disturbance: Disturbance) {
        switch disturbance {
        case .serviceDeleted(let vip):
            try? ipvs.deleteService(Scene.identity(of: vip))
        case .schedulerChanged(let vip, let scheduler):
            try? ipvs.setService(
                Scene.identity(of: vip), Service.Configuration(scheduler: Scheduler(rawValue: scheduler)))
        case .persistenceSet(let vip):
            try? ipvs.setService(
                Scene.identity(of: vip),
                Service.Configuration(scheduler: .roundRobin, persistence: Service.Persistence(timeout: 60)))
        case .realServerDeleted(let vip, let site):
            try? ipvs.deleteDestination(scene.endpoint(of: vip, site), of: Scene.identity(of: vip))
        case .realServerReweighted(let vip, let site, let weight):
            try? ipvs.setDestination(
                scene.endpoint(of: vip, site),
                Destination.Configuration(forwarding: .masquerade, weight: Weight(rawValue: weight)),
                of: Scene.identity(of: vip))
        case .undeclaredAdded(let vip, let answers):
            try? ipvs.addDestination(
                scene.undeclared(of: vip, answers: answers), Destination.Configuration(forwarding: .masquerade),
                to: Scene.identity(of: vip))
        case .routeDeleted(let vip):
            let host = CIDR(host: Scene.endpoint(of: vip).address)
            let own = (try? routes.routes(RouteFilter(destination: host))) ?? []
            for route in own where route.protocol == Scene.routeProtocol { try? routes.delete(route) }
        case .routeReplaced(let vip):
            try? routes.replace(
                Route(
                    destination: CIDR(host: Scene.endpoint(of: vip).address), table: .local, type: .local,
                    outputInterface: .loopback, preferredSource: IPAddress(Scene.otherSource(of: vip))))
        case .settingRewritten(let name): try? write("0", to: settingPath(name))
        case .kernelRouteDeleted:
            let host = CIDR(host: Scene.endpoint(of: .ipv4).address)
            let all = (try? routes.routes(RouteFilter(destination: host))) ?? []
            for route in all where route.protocol == .kernel { try? routes.delete(route) }
        case .linkDown, .linkReset, .linkDeleted, .addressRemoved: disturbLink(disturbance)
        case .rulesDeleted, .ruleAdded, .ruleRemoved:
            if let tables { Rules.disturb(disturbance, through: tables) }
        default: break
        }
    }

    private func disturbLink(_ disturbance: Disturbance) {
        guard let link = try? routes.link(named: Scene.link) else { return }
        switch disturbance {
        case .linkDown: try? routes.setLink(at: link.index, up: false)
        case .linkReset: for up in [false, true] { try? routes.setLink(at: link.index, up: up) }
        case .linkDeleted: try? routes.deleteLink(at: link.index)
        case .addressRemoved(let vip):
            try? routes.delete(
                InterfaceAddress(link: link.index, local: CIDR(host: Scene.endpoint(of: vip).address)))
        default: break
        }
    }

    /// What an operator would type.
    private func command(for disturbance: Disturbance) -> String? {
        func words(_ vip: VIP) -> String { "-t '\(Scene.endpoint(of: vip))'" }
        func family(_ vip: VIP) -> String { vip == .ipv4 ? "-4" : "-6" }
        switch disturbance {
        case .serviceDeleted(let vip): return "ipvsadm -D \(words(vip))"
        case .schedulerChanged(let vip, let scheduler): return "ipvsadm -E \(words(vip)) -s \(scheduler)"
        case .persistenceSet(let vip): return "ipvsadm -E \(words(vip)) -s rr -p 60"
        case .realServerDeleted(let vip, let site):
            return "ipvsadm -d \(words(vip)) -r '\(scene.endpoint(of: vip, site))'"
        case .realServerReweighted(let vip, let site, let weight):
            return "ipvsadm -e \(words(vip)) -r '\(scene.endpoint(of: vip, site))' -m -w \(weight)"
        case .undeclaredAdded(let vip, let answers):
            return "ipvsadm -a \(words(vip)) -r '\(scene.undeclared(of: vip, answers: answers))' -m"
        case .routeDeleted(let vip):
            return "ip \(family(vip)) route del local \(Scene.endpoint(of: vip).address) dev lo table local proto 76"
        case .routeReplaced(let vip):
            return "ip \(family(vip)) route replace local \(Scene.endpoint(of: vip).address) dev lo table local"
                + " src \(Scene.otherSource(of: vip))"
        case .settingRewritten(let name): return "sysctl -q -w \(name)=0"
        case .kernelRouteDeleted:
            return "ip route del local \(Scene.endpoint(of: .ipv4).address) dev \(Scene.link) table local proto kernel"
        case .linkDown: return "ip link set \(Scene.link) down"
        case .linkReset: return "ip link set \(Scene.link) down; ip link set \(Scene.link) up"
        case .linkDeleted: return "ip link del \(Scene.link)"
        case .addressRemoved(let vip):
            return "ip addr del \(CIDR(host: Scene.endpoint(of: vip).address)) dev \(Scene.link)"
        default: return Rules.command(for: disturbance)
        }
    }

    // MARK: Other people's things

    private func beginBurst(_ number: Int, _ count: Int) throws {
        var burst = Burst(services: [], routes: [], link: "burst\(number)")
        try routes.addDummyLink(named: burst.link)
        for index in 0..<count {
            let octets: [UInt8] = [10, 201, UInt8(number & 0xff), UInt8(index)]
            guard let address = IPAddress(octets: octets) else { continue }
            let service = Service.Identity.endpoint(.tcp, Endpoint(address: address, port: 80))
            try ipvs.addService(service, Service.Configuration(scheduler: .weightedLeastConnection))
            try ipvs.addDestination(
                Endpoint(address: .loopback(.ipv4), port: 9092), Destination.Configuration(forwarding: .masquerade),
                to: service)
            burst.services.append(service)
            let route = Route(
                destination: CIDR(host: address), table: .local, type: .local, outputInterface: .loopback)
            try routes.add(route)
            burst.routes.append(route)
        }
        bursts[number] = burst
    }

    private func endBurst(_ number: Int) -> [Violation] {
        guard let burst = bursts.removeValue(forKey: number) else { return [] }
        var violations: [Violation] = []
        func remove(_ what: String, _ body: () throws -> Void) {
            do {
                try body()
            } catch {
                violations.append(
                    Violation(.foreignUntouched, at: clock.now, disturbances: [number], "\(what) is gone: \(error)"))
            }
        }
        for service in burst.services { remove("\(service)") { try ipvs.deleteService(service) } }
        for route in burst.routes { remove("\(route)") { try routes.delete(route) } }
        remove("link \(burst.link)") {
            guard let link = try routes.link(named: burst.link) else { throw Missing() }
            try routes.deleteLink(at: link.index)
        }
        return violations
    }

    private struct Missing: Error {}
}
