import Addressing
import Director
import DirectorTestKit
import NIOCore
import NIOPosix

@testable import LVSCare

let vip = VirtualService(Endpoint(address: .loopback(.ipv4), port: 9))

/// Real servers that are asked every 20 ms whether they take connections.
func specification(_ realServers: [RealServer]) -> Specification {
    Specification(
        service: vip, realServers: realServers,
        healthCheck: HealthCheck(interval: .milliseconds(20), timeout: .seconds(2), probe: .tcp))
}

/// Real servers that are asked by HTTP once, and watched from then on.
func watching(_ realServers: [RealServer]) -> Specification {
    Specification(
        service: vip, realServers: realServers,
        healthCheck: HealthCheck(
            interval: .seconds(3600), timeout: .seconds(5), jitter: 0,
            probe: .http(HTTPProbeConfiguration(scheme: .http, target: "/"))))
}

/// A caretaker on an event loop, with real probes on loopback, and a table and a path in memory.
final class CareScene {
    let eventLoop: any EventLoop
    let table = InMemoryServiceTable()
    let path = InMemoryPath()
    private(set) var caretaker: Caretaker?
    private let done: EventLoopPromise<Void>

    private init(_ eventLoop: any EventLoop, _ done: EventLoopPromise<Void>) {
        self.eventLoop = eventLoop
        self.done = done
    }

    /// Plays `body` on an event loop with a thread of its own, and waits for the end of the scene.
    static func play(_ body: @escaping @Sendable (CareScene) throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let promise = eventLoop.makePromise(of: Void.self)
        let timeout = eventLoop.scheduleTask(in: .seconds(20)) {
            promise.fail(ChannelError.connectTimeout(.seconds(20)))
        }
        eventLoop.execute {
            do { try body(CareScene(eventLoop, promise)) } catch { promise.fail(error) }
        }
        let result = await Result { () async throws in try await promise.futureResult.get() }
        timeout.cancel()
        try await group.shutdownGracefully()
        try result.get()
    }

    /// A caretaker that has not begun; `hear` gets what it tells.
    @discardableResult
    func makeCaretaker(
        for specification: Specification, hear: @escaping (CareEvent) -> Void = { _ in }
    ) -> Caretaker {
        let reconciler = Reconciler(service: specification.service, table: table, path: path)
        let made = Caretaker(of: NodeService(specification, reconciler: reconciler), on: eventLoop, report: hear)
        caretaker = made
        return made
    }

    /// Stops the caretaker and ends the scene.
    func end() {
        caretaker?.stop()
        caretaker = nil
        done.succeed()
    }

    /// Does `body` on the event loop after `delay`.
    func after(_ delay: Duration, _ body: @escaping () -> Void) {
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay), body)
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
