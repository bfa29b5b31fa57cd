import Addressing
import Director
import DirectorTestKit
import Epoll
import Foundation
import KernelTestKit
import LVSCareModel
import RouteNetlink
import Synchronization
import Testing

@testable import LVSCare

/// A core on a loop with a thread of its own.
private final class Care {
    private let thread: LoopThread
    private let core: LoopBound<LoadBalancerCore>

    init(_ service: @escaping @Sendable (EpollLoop) throws -> NodeServices) throws {
        let thread = try LoopThread()
        self.thread = thread
        core = try thread.look { loop in
            let core = LoadBalancerCore(of: try service(loop), on: loop) { _ in }
            try core.start()
            return LoopBound(core, on: loop)
        }
    }

    /// What `body` finds on the loop.
    func look<Value: Sendable>(_ body: @escaping @Sendable (EpollLoop) throws -> Value) throws -> Value {
        try thread.look(body)
    }

    /// Ends the core, then its loop.
    func stop() throws {
        try look { [core] in core.value(on: $0).stop() }
        thread.shutDown()
        // Waiting for a task would need another thread of Swift's, of which there is none on one processor.
        try eventually { thread.isTerminated }
    }
}

extension LoopThread {
    /// What `body` finds on the loop; waits for it.
    fileprivate func look<Value: Sendable>(_ body: @escaping @Sendable (EpollLoop) throws -> Value) throws -> Value {
        let found = Mutex<Result<Value, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        execute { loop in
            let result = Result { try body(loop) }
            found.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        let result = found.withLock { $0 }
        return try #require(result).get()
    }
}

extension KernelSuites {
    /// Repairs that only a notice can have caused, because the next pass would come in an hour.
    @Suite struct NoticeTests {
        let stage: Stage

        init() throws { stage = try Stage() }

        private static func specification(
            _ vip: Endpoint, _ realServers: [String], path: LVSCareModel.Path = .route(hint: nil)
        ) -> Specification {
            Specification(
                service: VirtualService(vip), realServers: realServers.map { RealServer(endpoint($0)) },
                healthCheck: HealthCheck(interval: .seconds(3600)), repairInterval: .seconds(3600), path: path)
        }

        /// VIP, real server, and the time from one repair to the next deletion (in which the echo of the repair ceases, or
        /// not) in ms.
        static let deletions: [(vip: Endpoint, realServer: String, pause: UInt32)] = [
            (Stage.vip, "127.0.0.1:8081", 150), (Stage.vip6, "[::1]:8081", 150), (Stage.vip, "127.0.0.1:8081", 0),
        ]

        @Test(arguments: deletions)
        func `a deleted route is back at once`(vip: Endpoint, realServer: String, pause: UInt32) throws {
            let specification = Self.specification(vip, [realServer])
            let care = try Care { _ in try NodeServices(NodeSpecification([specification])) }
            let routes = try RouteNetlinkClient()
            let filter = RouteFilter(destination: CIDR(host: vip.address))
            for _ in 0..<10 {
                let route = try #require(try routes.routes(filter).first)
                usleep(pause * 1000)
                try routes.delete(route)
                try eventually("still no route", pause: 100) { try routes.routes(filter) == [route] }
            }
            try care.stop()
        }

        @Test func `a route that went with its source comes back with another`() throws {
            try stage.addHost()
            let specification = Self.specification(Stage.vip, ["10.77.0.2:8083"])
            let care = try Care { _ in try NodeServices(NodeSpecification([specification])) }
            #expect(try stage.routes(to: Stage.vip.address).first?.contains("src 10.77.0.1") == true)
            try IPCommand.run(["addr add 10.77.0.5/25 dev v0", "addr del 10.77.0.1/24 dev v0"])
            try eventually { try stage.routes(to: Stage.vip.address).first?.contains("src 10.77.0.5") == true }
            try care.stop()
        }

        @Test func `the route comes back with the loopback link`() throws {
            let specification = Self.specification(Stage.vip, ["127.0.0.1:8081"])
            let care = try Care { _ in try NodeServices(NodeSpecification([specification])) }
            let before = try stage.routes(to: Stage.vip.address)
            #expect(before.count == 1)
            try IPCommand.run(["link set lo down", "link set lo up"])
            try eventually { try stage.routes(to: Stage.vip.address) == before }
            try care.stop()
        }

        @Test func `an unrelated change causes no pass`() throws {
            let specification = Self.specification(Stage.vip, [])
            let tables = Mutex<LoopBound<InMemoryDataPlane>?>(nil)
            let care = try Care { loop in
                let table = InMemoryDataPlane()
                let bound = LoopBound(table, on: loop)
                tables.withLock { $0 = bound }
                return NodeServices(
                    NodeSpecification([specification]),
                    reconciler: SoleReconciler(service: specification.service, plane: table, path: nil).reconciler,
                    paths: WantedPath.all(of: [specification]))
            }
            func passes() throws -> Int {
                try care.look { loop in tables.withLock { $0 }?.value(on: loop).observations ?? 0 }
            }
            #expect(try passes() == 1)
            try IPCommand.run((0..<200).map { "route add 10.66.\($0 / 100).\($0 % 100)/32 dev lo" })
            try IPCommand.run("link add v0 type veth peer name v1")
            try IPCommand.run(["link set v0 up", "link set v1 up", "link del v0"])
            try IPCommand.run((0..<200).map { "route del 10.66.\($0 / 100).\($0 % 100)/32 dev lo" })
            // Notices come in order: had one of those caused a pass, it would have come before this one's.
            try IPCommand.run("route add local \(Stage.vip.address) dev lo table local")
            try eventually { try passes() > 1 }
            #expect(try passes() == 2)
            try care.stop()
        }

        @Test(arguments: [LVSCareModel.Path.none, .route(hint: nil)])
        func `no descriptor is left open`(path: LVSCareModel.Path) throws {
            let specification = Self.specification(Stage.vip, ["127.0.0.1:8081"], path: path)
            func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
            func run() throws -> (Int, Int) {
                let before = try open()
                let care = try Care { _ in try NodeServices(NodeSpecification([specification])) }
                let during = try open()
                try care.stop()
                return (before, during)
            }
            // Some descriptors are opened once in a process.
            _ = try run()
            let (before, during) = try run()
            #expect(during > before)
            #expect(try open() == before)
        }
    }
}
