import Addressing
import ChaosModel
import Glibc
import IPVS
import KernelTestKit
import RouteNetlink
import Synchronization

/// Looks at the kernel all the time, through netlink, which is quicker than any program.
final class Observer: Sendable {
    /// Between two looks.
    static let rest: Duration = .milliseconds(20)

    private let recorder: Recorder
    private let isStopped = Atomic<Bool>(false)
    private let failure = Mutex<String?>(nil)

    init(_ recorder: Recorder) { self.recorder = recorder }

    /// What kept it from looking.
    var problem: String? { failure.withLock(\.self) }

    func start() {
        startThread { [self] in
            do {
                let (ipvs, routes) = (try IPVSClient(), try RouteNetlinkClient())
                while !isStopped.load(ordering: .relaxed) {
                    recorder.record(.observed(try Self.look(ipvs, routes, recorder)))
                    usleep(UInt32(Self.rest / .microseconds(1)))
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// One look at everything.
    static func look(
        _ ipvs: IPVSClient, _ routes: RouteNetlinkClient, _ recorder: Recorder
    ) throws -> Observation {
        let began = recorder.now
        var services: [VIP: ServiceSight] = [:]
        var facts: [Fact: String] = [:]
        var duplicates: [String] = []
        for vip in VIP.allCases {
            services[vip] = try sight(of: vip, ipvs)
            let address = Scene.endpoint(of: vip).address
            let own = try routes.routes(RouteFilter(destination: CIDR(host: address)))
                .filter { $0.protocol == Scene.routeProtocol }.map(text)
            facts[.ownRoutes(vip)] = own.joined(separator: "; ")
            if own.count > 1 { duplicates.append("\(own)") }
            facts[.route(vip)] = (try? routes.route(to: address)).map(text)
        }
        facts[.setting(Disturbance.setting)] = try setting(Disturbance.setting)
        return Observation(
            began: began, ended: recorder.now, services: services, facts: facts, duplicates: duplicates)
    }

    /// What matters of a route; its metric says only how it came ahead of others.
    private static func text(_ route: Route) -> String {
        "\(route.type)" + (route.preferredSource.map { " src \($0)" } ?? "")
    }

    private static func sight(of vip: VIP, _ ipvs: IPVSClient) throws -> ServiceSight? {
        let identity = Scene.identity(of: vip)
        guard let service = try ipvs.service(identity) else { return nil }
        let destinations: [Destination]
        do throws(IPVSError) {
            destinations = try ipvs.destinations(of: identity)
        } catch {
            guard error.reason == .noSuchService else { throw error }
            return nil
        }
        var sight = ServiceSight(configuration: text(service.configuration), weights: [:])
        for destination in destinations {
            // Another forwarding method is as wrong as a weight that nobody sets.
            let weight =
                destination.configuration.forwarding == .masquerade ? destination.configuration.weight : .max
            if let site = Scene.site(of: destination.identity, behind: vip) {
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

    /// The value of a setting, `sysctl -n NAME`.
    static func setting(_ name: String) throws -> String { try firstLine(of: settingPath(name)) }

    static func settingPath(_ name: String) -> String { "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 }) }
}
