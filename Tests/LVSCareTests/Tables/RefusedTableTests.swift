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

/// What becomes of steps where the kernel refuses, told as it is.
@Suite struct RefusedTableTests {
    /// A kernel that answers every question about tables with this errno, or has none and refuses transactions.
    private func tables(refusing errno: Errno, reads: Bool = false) -> (tables: SharedTables, kernel: ScriptedKernel) {
        let kernel = ScriptedKernel { request in
            // `NFT_MSG_GETGEN`, `NFT_MSG_GETTABLE`
            switch request.header.type {
            case 0x0a10 where reads:
                var writer = AttributeWriter()
                writer.header([0, 0, 0, 0])
                writer.bigEndian(1, UInt32(7))
                return [.replies([.init(type: 0x0a0f, payload: writer.bytes), .status(0)])]
            case 0x0a01 where reads: return [.replies([.done()])]
            case 0x10, 0x11: return []
            default:
                let isQuestion = !reads || request.header.flags.contains(.acknowledge)
                return isQuestion ? [.replies([.status(errno.rawValue)])] : []
            }
        }
        let client = NFTablesClient(over: NetlinkConnection(over: kernel))
        return (SharedTables(.masquerade(.ipv4)) { client }, kernel)
    }

    @Test(arguments: [false, true])
    func `a refusal concerns all for whom something was to be done, and is the same for all`(reads: Bool) throws {
        let tables = tables(refusing: .notPermitted, reads: reads).tables
        let shares = try (0..<50).map { try share($0) }
        for share in shares { tables.want(share, for: ObjectIdentifier(tables)) }
        let outcomes = Set(shares.map { tables.outcome(of: $0.owner) })
        #expect(outcomes.count == 1)
        guard case .failed(let failure)? = outcomes.first else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(failure.isShared && failure.kind == .notPermitted)
    }

    @Test func `a kernel without nf_tables is asked once for all, and not again for a while`() throws {
        let (tables, kernel) = tables(refusing: .invalidArgument)
        let shares = try (0..<50).map { try share($0) }
        for _ in 0..<3 {
            for share in shares { tables.want(share, for: ObjectIdentifier(tables)) }
            let outcomes = Set(shares.map { tables.outcome(of: $0.owner) })
            guard outcomes.count == 1, case .lacking(let limitation)? = outcomes.first else {
                Issue.record("\(outcomes)")
                return
            }
            #expect(limitation.missing.contains("nf_tables"))
        }
        tables.remove(shares[0].owner)
        #expect(tables.outcome(of: shares[0].owner) == .done(nil))
        #expect(kernel.requests.count == 1)
    }

    @Test func `what is there for a path that ended is left alone`() throws {
        let tables = tables(refusing: .notPermitted).tables
        let path = ObjectIdentifier(self.tables(refusing: .notPermitted).tables)
        tables.want(try share(1), for: path)
        tables.want(try share(2), for: ObjectIdentifier(tables))
        tables.forget(path)
        #expect(tables.outcome(of: try share(1).owner) == .done(nil))
        let tried = tables.outcome(of: try share(2).owner)
        let isRefused = if case .failed = tried { true } else { false }
        #expect(isRefused)
    }
}
