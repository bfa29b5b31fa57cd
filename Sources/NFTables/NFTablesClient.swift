public import Netlink
import SystemPackage

/// Tables of nf_tables in one network namespace, as the `nft` command shows and changes them.
///
/// A client is used by one owner at a time and belongs to the namespace of the thread that opened it. Changing needs
/// `CAP_NET_ADMIN`, and so does reading.
public final class NFTablesClient {
    /// How often reading a table is tried while others change the ruleset.
    public static let readAttempts = 16

    let connection: NetlinkConnection

    /// A client over `connection`, which must be one to the family `NETLINK_NETFILTER`.
    public init(over connection: NetlinkConnection) { self.connection = connection }

    /// A client over a new socket in this thread's network namespace; `timeout` is the longest wait for an answer.
    public convenience init(timeout: Duration = .seconds(5)) throws(NFTablesError) {
        do throws(NetlinkError) {
            self.init(over: try NetlinkConnection(.netfilter, timeout: timeout))
        } catch {
            throw NFTablesError(.open, "a netfilter socket", underlying: error)
        }
    }

    /// The address of its socket, which is the port in the headers of notices about what this client has changed.
    public var port: UInt32 { connection.port }

    // MARK: Changing

    /// Puts `table` in the place of the one of the same identity, or creates it, in one transaction.
    ///
    /// No packet sees anything between the old table and the new one. Connections that are masqueraded stay so. When
    /// it throws a refusal nothing was changed, and the error names the part that the kernel refused first.
    ///
    /// The whole table goes in one datagram, however many elements it has. A table that was read and holds what this library
    /// cannot write (``Table/otherParts``) is refused with ``NFTablesError/Reason/invalid`` before anything is sent.
    ///
    ///     nft -f - <<END
    ///     table inet NAME
    ///     delete table inet NAME
    ///     table inet NAME { … }
    ///     END
    public func replace(_ table: Table) throws(NFTablesError) {
        try commit([.replace(table)])
    }

    /// Removes a table with all that it holds and tells whether there was one. `nft delete table FAMILY NAME`
    @discardableResult
    public func delete(_ table: Table.Identity) throws(NFTablesError) -> Bool {
        do throws(NetlinkTransactionError) {
            try connection.transact([table.deletion.request], begin: .transactionBegin(), end: .transactionEnd)
            return true
        } catch {
            if error.underlying.errno == .noSuchFileOrDirectory { return false }
            throw NFTablesError(.delete, "table \(table)", underlying: error.underlying)
        }
    }
}
