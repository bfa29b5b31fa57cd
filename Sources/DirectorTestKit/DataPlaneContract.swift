internal import Addressing
package import Director
internal import Glibc
package import LVSCareModel

/// What a `DataPlane` promises of one service, and what passes do with it, as cases that run on any implementation: the one in memory
/// and the kernel's.
///
/// The real servers are loopback addresses of the family of the service, which every kernel takes.
package struct DataPlaneContract: Sendable {
    /// Something that another program does, beyond the changes that this one can make.
    package enum Disturbance: Hashable, Sendable {
        /// Make the service persistent. `ipvsadm -E -t VIP:port -s SCHEDULER -p 300`
        case persistence
        /// Set the forwarding method of a real server to tunnel, and its weight. `ipvsadm -e -t VIP:port -r RS -i -w WEIGHT`
        case tunnel(RealServer, weight: Weight)
    }

    /// One step of a case.
    package enum Step: Sendable {
        /// Make these changes, as this program or another one; `codes` has the errno of each, `nil` for success.
        case apply([TableChange], codes: [Int32?])
        /// Let another program do something.
        case disturb(Disturbance)
        /// Start over with a reconciler that remembers nothing.
        case restart
        /// Run a pass and compare the changes that it makes.
        case pass(DesiredState, makes: [TableChange])
        /// Look and compare; connection counts do not matter.
        case observe(ObservedService?)
    }

    /// A name and its steps; begins and ends without the service.
    package struct Case: Sendable, CustomStringConvertible {
        /// What is shown, as a clause.
        package var name: String
        /// What is done and expected, in order.
        package var steps: [Step]

        /// The name.
        package var description: String { name }
    }

    /// The service of all cases.
    package let service: VirtualService

    /// The contract for a service that is not in the table and may be put there.
    package init(service: VirtualService) { self.service = service }

    /// All cases.
    package var cases: [Case] { tableCases + kindCases + passCases }

    /// The real server number `number` of the cases.
    package func realServer(_ number: UInt16) -> RealServer {
        RealServer(Endpoint(address: .loopback(service.family), port: 8080 + number))
    }

    /// Runs one case and says what was other than expected; empty when all was well.
    ///
    /// `disturb` carries out what another program does; it says `false` for what it cannot do, which is a mismatch.
    package func mismatches(
        in contractCase: Case, on plane: any DataPlane, disturb: (Disturbance) throws -> Bool
    ) -> [String] {
        var mismatches: [String] = []
        var reconciler = SoleReconciler(service: service, plane: plane, path: nil)
        mismatches += reconciler.cleanUp().failures.map { "before the case: \($0)" }
        for (number, step) in contractCase.steps.enumerated() {
            let found: String?
            switch step {
            case .apply(let changes, let codes):
                let plan = ServicePlan(
                    changes.map { PlannedChange($0, cause: .declared) }, of: service, from: nil)
                let results = plane.apply([plan]).flatMap { $0.failures.map { $0?.code } }
                found = results == codes ? nil : "errno \(Self.list(results)) instead of \(Self.list(codes))"
            case .disturb(let disturbance):
                let result = Result { try disturb(disturbance) }
                if case .success(true) = result { found = nil } else { found = "\(disturbance) ended with \(result)" }
            case .restart:
                reconciler = SoleReconciler(service: service, plane: plane, path: nil)
                found = nil
            case .pass(let desired, let expected):
                let report = reconciler.pass(desired)
                let made = report.applied.map(\.change)
                found =
                    made == expected && report.succeeded
                    ? nil : "the pass made \(made) instead of \(expected); failures: \(report.failures)"
            case .observe(let expected):
                let observed = Result { try plane.observe(.services([service]))[service].map(Self.withoutCounts) }
                if case .success(expected) = observed {
                    found = nil
                } else {
                    found = "observed \(observed) instead of \(expected.map { "\($0)" } ?? "no service")"
                }
            }
            if let found { mismatches.append("step \(number + 1): \(found)") }
        }
        mismatches += reconciler.cleanUp().failures.map { "after the case: \($0)" }
        return mismatches
    }

    private static func list(_ codes: [Int32?]) -> String {
        codes.map { $0.map { "\($0)" } ?? "success" }.joined(separator: ", ")
    }

    static func withoutCounts(_ service: ObservedService) -> ObservedService {
        var service = service
        service.realServers = service.realServers.mapValues {
            ObservedRealServer($0.configuration)
        }
        return service
    }
}
