import NFTables
import Netlink

// Others change the same tables. What is decided by what there was holds only if it is still there.
extension SharedTables {
    /// What became of a decision.
    enum Decision<Value> {
        /// It has been carried out.
        case done(Value)
        /// More is to be done, of which the next one decides.
        case again
    }

    /// Decides what to do by what there is at a generation, and does it; again where somebody else has changed a table meanwhile.
    ///
    /// Throws what the kernel refuses, and an error of `operation` when others were faster each time.
    func decide<Value>(
        to operation: NFTablesError.Operation,
        _ body: (_ client: NFTablesClient, _ generation: UInt32) throws(NFTablesError) -> Decision<Value>
    ) throws(NFTablesError) -> Value {
        let client = try connect()
        for _ in 0..<Self.attempts {
            do throws(NFTablesError) {
                if case .done(let value) = try body(client, try client.generation()) { return value }
            } catch {
                guard error.reason == .outdated else { throw error }
            }
        }
        throw NFTablesError(
            operation, "the tables of the family \(kind.family)", underlying: .interrupted(attempts: Self.attempts))
    }
}
