import LVSCareModel
import NFTables
import SystemPackage

extension KernelFailure {
    /// A refusal of nf_tables in the engine's words.
    init(_ error: NFTablesError) {
        self.init(
            operation: error.operation.rawValue, object: error.object, code: error.errno?.rawValue ?? 0,
            message: "\(error.underlying)",
            hint: error.notPermitted ? .needsNetworkAdministrator : nil,
            kind: error.notPermitted ? .notPermitted : .other)
        isShared = true
    }
}
