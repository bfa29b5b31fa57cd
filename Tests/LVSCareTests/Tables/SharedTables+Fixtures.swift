import Addressing
import Director
import Glibc
import KernelTestKit
import LVSCareModel
import NFTables
import Netlink
import NetlinkTestKit
import RouteNetlink
import SystemPackage
import Testing

@testable import LVSCare

extension Trait where Self == ConditionTrait {
    /// Runs where a fresh network namespace can be made whose nf_tables knows the family `arp`, and the `nft` command.
    static var sharedTables: Self {
        .enabled(if: NetworkNamespace.hasTables, "needs root, nf_tables and the commands ip and nft")
    }
}

extension NetworkNamespace {
    fileprivate static let hasTables: Bool = {
        let script = "unshare -n sh -c 'nft add table ip capability && nft add table arp capability' && ip netns list"
        return getuid() == 0 && (try? Shell.run(script).status) == 0
    }()

    func nft(_ arguments: String, input: String = "") throws -> [String] {
        try Shell.lines("ip netns exec \(name) nft \(arguments)", input: input)
    }
}

/// A process of this program, as far as tables are concerned.
final class TableProcess {
    let transport: CountingTransport
    let client: NFTablesClient
    let tables: SharedTables
    private let clock = Clock()

    private final class Clock { var now = ContinuousClock.now }

    /// What the clock says.
    var now: ContinuousClock.Instant {
        get { clock.now }
        set { clock.now = newValue }
    }

    init(in namespace: NetworkNamespace, _ kind: SharedTableKind = .masquerade(.ipv4), isDry: Bool = false) throws {
        transport = try namespace.enter { try CountingTransport(.netfilter) }
        client = NFTablesClient(over: NetlinkConnection(over: transport))
        tables = SharedTables(kind, isDry: isDry, now: { [clock] in clock.now }) { [client] in client }
    }

    /// Notes all of `shares`, and returns what became of each.
    @discardableResult
    func pass(_ shares: [TableShare]) -> [PathStepOutcome] {
        for share in shares { tables.want(share, for: ObjectIdentifier(self)) }
        return shares.map { tables.outcome(of: $0.owner) }
    }

    @discardableResult
    func remove(_ owners: [TableOwner]) -> [PathStepOutcome] {
        for owner in owners { tables.remove(owner) }
        return owners.map { tables.outcome(of: $0) }
    }
}

/// Counts what is sent.
final class CountingTransport: NetlinkTransport {
    private let socket: NetlinkSocket
    var sent = 0

    init(_ family: NetlinkProtocol) throws { socket = try NetlinkSocket(family) }

    var port: UInt32 { socket.port }
    var answerCapacity: Int { socket.answerCapacity }

    func send(_ datagram: [UInt8]) throws(Errno) {
        sent += 1
        try socket.send(datagram)
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int { try socket.receive(into: buffer) }

    func receive(into buffer: UnsafeMutableRawBufferPointer, slotBytes: Int) throws(Errno) -> [Int] {
        try socket.receive(into: buffer, slotBytes: slotBytes)
    }
}

func share(_ number: Int, bit: Int = 0, source: String? = "10.9.9.9", links: [UInt32] = []) throws -> TableShare {
    let endpoint = try Endpoint("10.0.\(number / 250).\(number % 250):80")
    return MasqueradeTable.share(
        Masquerading(
            of: endpoint, bit: bit, source: source.flatMap { IPAddress($0) },
            links: links.map { LinkIndex(rawValue: $0) }))
}

extension PathStepOutcome {
    var verb: PathChange.Verb? { if case .done(let change) = self { change?.verb } else { nil } }
}

/// Has something done before the first transaction of each attempt.
final class InterferingTransport: NetlinkTransport {
    private let socket: NetlinkSocket
    var beforeWriting: () throws -> Void = {}

    init() throws { socket = try NetlinkSocket(.netfilter) }

    var port: UInt32 { socket.port }
    var answerCapacity: Int { socket.answerCapacity }

    func send(_ datagram: [UInt8]) throws(Errno) {
        // `NFNL_MSG_BATCH_BEGIN`
        if let header = try? NetlinkHeader(datagram.span.bytes), header.type == 0x10 { try? beforeWriting() }
        try socket.send(datagram)
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int { try socket.receive(into: buffer) }

    func receive(into buffer: UnsafeMutableRawBufferPointer, slotBytes: Int) throws(Errno) -> [Int] {
        try socket.receive(into: buffer, slotBytes: slotBytes)
    }
}
