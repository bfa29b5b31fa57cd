import Addressing
import CLinux
import Director
import Epoll
import Foundation
import LVSCareModel
import NFTables
import RouteNetlink
import Synchronization
import SystemPackage
import Testing

@testable import LVSCare

extension Trait where Self == ConditionTrait {
    /// Runs where a thread can have a network namespace of its own, with nf_tables in it.
    fileprivate static var ownNamespace: Self {
        .enabled(if: Namespace.isPossible, "needs root and nf_tables")
    }
}

private enum Namespace {
    static let isPossible: Bool = {
        let answer = Mutex(false)
        let thread = Thread {
            let isPossible = enter() && (try? NFTablesClient().replace(Table(Table.Identity(.ip, "capability")))) != nil
            answer.withLock { $0 = isPossible }
        }
        thread.start()
        while !thread.isFinished { usleep(1000) }
        return answer.withLock { $0 }
    }()

    /// Gives this thread an empty network namespace, which it keeps until it ends.
    static func enter() -> Bool { unshare(0x4000_0000) == 0 }  // CLONE_NEWNET
}

/// What a listener heard on a thread whose network namespace is its own.
private final class Listener {
    static let vip = "10.9.9.9"
    static let table = Table.Identity(.ip, "lvscare-bit-0")

    let routes: RouteNetlinkClient
    let tables: NFTablesClient
    private(set) var notices: KernelNotices?
    private(set) var heard = 0
    /// What happens when the next notice of interest has come.
    var then: (() throws -> Void)?

    private let loop: EpollLoop
    private let failed: (any Error) -> Void

    init(on loop: EpollLoop, failed: @escaping (any Error) -> Void) throws {
        self.loop = loop
        self.failed = failed
        try #require(Namespace.enter())
        routes = try RouteNetlinkClient()
        tables = try NFTablesClient()
        try routes.setLink(at: .loopback, up: true)
        let vip = try #require(IPAddress(Self.vip))
        let path = WantedPath(
            to: vip, for: [VirtualService(Endpoint(address: vip, port: 443))],
            mode: .link(name: "lvscare", masqueradeBit: 0), realServers: [])
        notices = KernelNotices(of: KernelInterests(of: [path]), on: loop) { [weak self] _ in
            guard let self else { return }
            heard += 1
            guard let next = then else { return }
            then = nil
            attempt(next)
        }
        notices?.listen()
    }

    /// Ends the test.
    func done() { loop.stop() }

    /// Has `body` done when what is ready now is through.
    func afterwards(_ body: @escaping () throws -> Void) {
        loop.schedule(at: loop.now) { [weak self] in self?.attempt(body) }
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch {
            failed(error)
            loop.stop()
        }
    }

    func route(to address: String) throws -> Route {
        Route(
            destination: CIDR(host: try #require(IPAddress(address))), table: .local, type: .local,
            outputInterface: .loopback)
    }
}

/// Real notices on a loop, in a network namespace of the loop's own.
@Suite(.ownNamespace, .timeLimit(.minutes(1))) struct KernelNoticesTests {
    /// Runs `body` and then the loop, on a thread of its own, until the listener is done.
    private func onLoop(_ body: @escaping @Sendable (Listener) throws -> Void) async throws {
        let failure: (any Error)? = await withCheckedContinuation { continuation in
            Thread {
                var failure: (any Error)?
                do {
                    let loop = try EpollLoop()
                    let listener = try Listener(on: loop) { failure = $0 }
                    try body(listener)
                    loop.run()
                    listener.notices?.close()
                } catch {
                    failure = error
                }
                continuation.resume(returning: failure)
            }
            .start()
        }
        if let failure { throw failure }
    }

    @Test func `only notices of interest are reported`() async throws {
        try await onLoop { listener in
            // Notices come in the order of the changes, so whatever came before would have been heard before.
            listener.then = {
                #expect(listener.heard == 1)
                listener.then = {
                    #expect(listener.heard == 2)
                    listener.done()
                }
                try listener.tables.replace(Table(Table.Identity(.ip, "foreign"), chains: [Chain("c")]))
                try listener.tables.replace(Table(Table.Identity(.ip6, Listener.table.name)))
                try listener.tables.replace(Table(Listener.table))
            }
            // So few that none is lost although nobody reads meanwhile.
            for number in 1...100 { try listener.routes.add(listener.route(to: "10.9.8.\(number)")) }
            try listener.routes.add(listener.route(to: Listener.vip))
        }
    }

    @Test func `a lost socket is opened again`() async throws {
        try await onLoop { listener in
            let number = try #require(listener.notices?.sockets[.routing])
            // The end of what can be heard there, as the reader sees it: a read that fails.
            let unreadable = try FileDescriptor.open("/dev/null", .writeOnly)
            #expect(try unreadable.duplicate(as: FileDescriptor(rawValue: number)).rawValue == number)
            try unreadable.close()
            listener.notices?.reportReadiness(of: .routing)
            #expect(listener.notices?.sockets[.routing] == nil)
            // Unheard.
            try listener.routes.add(listener.route(to: Listener.vip))
            listener.notices?.listen()
            listener.then = {
                #expect(listener.heard == 1)
                listener.done()
            }
            try listener.routes.delete(listener.route(to: Listener.vip))
        }
    }

    @Test func `no notice is reported after the end`() async throws {
        try await onLoop { listener in
            try listener.routes.add(listener.route(to: Listener.vip))
            listener.notices?.close()
            listener.notices?.listen()
            #expect(listener.notices?.sockets.isEmpty == true)
            // The socket had become readable before this was entered.
            listener.afterwards {
                #expect(listener.heard == 0)
                listener.done()
            }
        }
    }
}
