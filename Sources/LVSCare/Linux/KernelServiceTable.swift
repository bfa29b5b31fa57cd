import Director
import IPVS
import LVSCareModel

/// The table of this network namespace's kernel.
final class KernelServiceTable: ServiceTable {
    private let ipvs: IPVSClient

    /// The table that `ipvs` reaches.
    init(_ ipvs: IPVSClient) { self.ipvs = ipvs }

    func observe(_ service: VirtualService) throws(KernelFailure) -> ObservedService? {
        do throws(IPVSError) {
            guard let found = try ipvs.service(service) else { return nil }
            return ObservedService(found, try ipvs.destinations(of: service))
        } catch {
            // Deleted between the two questions.
            if error.reason == .noSuchService { return nil }
            throw KernelFailure(error)
        }
    }

    func apply(_ changes: [TableChange], to service: VirtualService) -> [KernelFailure?] {
        let errors = ipvs.apply(changes.map { IPVSCommand($0, to: service) })
        return zip(changes, errors).map { change, error in
            guard let error, !Self.isGoal(of: change, error) else { return nil }
            return KernelFailure(error)
        }
    }

    /// Whether the refusal says that what `change` should bring about is so already.
    private static func isGoal(of change: TableChange, _ error: IPVSError) -> Bool {
        switch change {
        case .createService, .add: error.reason == .alreadyExists
        case .removeService: error.reason == .noSuchService
        case .remove: error.reason == .noSuchService || error.reason == .noSuchDestination
        case .updateService, .update: false
        }
    }
}
