import Addressing
import CLinux
import Glibc
import NFTables
import NIOCore
import NIOPosix
import RouteNetlink
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
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { group.shutdownGracefully { _ in } }
        let attempt = group.next().submit { () -> Bool in
            guard enter() else { return false }
            return (try? NFTablesClient().replace(Table(Table.Identity(.ip, "capability")))) != nil
        }
        return (try? attempt.wait()) == true
    }()

    /// Gives this thread an empty network namespace, which it keeps until it ends.
    static func enter() -> Bool { unshare(0x4000_0000) == 0 }  // CLONE_NEWNET
}

/// What a listener heard on a thread whose network namespace is its own.
private final class Listener {
    static let vip = "10.9.9.9"
    static let table = Table.Identity(.ip, "lvscare")

    let routes: RouteNetlinkClient
    let tables: NFTablesClient
    private(set) var notices: KernelNotices?
    private(set) var heard = 0
    /// What happens when the next notice of interest has come.
    var then: (() throws -> Void)?

    init(on eventLoop: any EventLoop, done: EventLoopPromise<Void>) throws {
        try #require(Namespace.enter())
        routes = try RouteNetlinkClient()
        tables = try NFTablesClient()
        try routes.setLink(at: .loopback, up: true)
        let interests = KernelInterests(vip: try #require(IPAddress(Self.vip)), table: Self.table)
        notices = KernelNotices(of: interests, on: eventLoop) { [weak self] in
            guard let self else { return }
            heard += 1
            guard let next = then else { return }
            then = nil
            do { try next() } catch { done.fail(error) }
        }
        notices?.listen()
    }

    func route(to address: String) throws -> Route {
        Route(
            destination: CIDR(host: try #require(IPAddress(address))), table: .local, type: .local,
            outputInterface: .loopback)
    }
}

/// Real notices on an event loop, in a network namespace of the loop's own.
@Suite(.ownNamespace, .timeLimit(.minutes(1))) struct KernelNoticesTests {
    /// Runs `body` on an event loop of its own and waits until the promise is kept; the listener lives until then.
    private func onLoop(
        _ body: @escaping @Sendable (Listener, EventLoopPromise<Void>) throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let eventLoop = group.next()
        let promise = eventLoop.makePromise(of: Void.self)
        eventLoop.execute {
            do {
                let listener = try Listener(on: eventLoop, done: promise)
                promise.futureResult.assumeIsolated().whenComplete { _ in listener.notices?.close() }
                try body(listener, promise)
            } catch {
                promise.fail(error)
            }
        }
        let result: Result<Void, any Error>
        do { result = .success(try await promise.futureResult.get()) } catch { result = .failure(error) }
        // Would not end if a channel stayed open.
        try await group.shutdownGracefully()
        try result.get()
    }

    @Test func onlyWhatIsOfInterestIsHeard() async throws {
        try await onLoop { listener, done in
            // Notices come in the order of the changes, so whatever came before would have been heard before.
            listener.then = {
                #expect(listener.heard == 1)
                listener.then = {
                    #expect(listener.heard == 2)
                    done.succeed()
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

    @Test func aLostSocketIsOpenedAgain() async throws {
        try await onLoop { listener, done in
            let channel = try #require(listener.notices?.channels[.routing])
            channel.closeFuture.assumeIsolated().whenComplete { _ in
                do {
                    // Unheard.
                    try listener.routes.add(listener.route(to: Listener.vip))
                    listener.notices?.listen()
                    listener.then = {
                        #expect(listener.heard == 1)
                        done.succeed()
                    }
                    try listener.routes.delete(listener.route(to: Listener.vip))
                } catch {
                    done.fail(error)
                }
            }
            channel.close(promise: nil)
        }
    }

    @Test func nothingIsHeardAfterTheEnd() async throws {
        try await onLoop { listener, done in
            try listener.routes.add(listener.route(to: Listener.vip))
            listener.notices?.close()
            listener.notices?.listen()
            #expect(listener.notices?.channels.isEmpty == true)
            let eventLoop = done.futureResult.eventLoop
            // The socket had become readable before this task was entered.
            eventLoop.assumeIsolated().execute {
                #expect(listener.heard == 0)
                done.succeed()
            }
        }
    }
}
