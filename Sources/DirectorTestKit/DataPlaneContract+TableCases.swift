internal import Addressing
internal import Glibc
internal import LVSCareModel

extension DataPlaneContract {
    /// What the table itself promises: observations and the errno of each change.
    package var tableCases: [Case] {
        let first = realServer(1)
        let second = realServer(2)
        let weighted = Scheduler(rawValue: "wlc")
        let unknown = Scheduler(rawValue: "nosuch")
        return [
            Case(name: "no service is observed as none", steps: [.observe(nil)]),
            Case(
                name: "a service is created without real servers",
                steps: [
                    .apply([.createService(scheduler: .roundRobin)], codes: [nil]),
                    .observe(ObservedService(scheduler: .roundRobin)),
                ]),
            Case(
                name: "creating a service that exists succeeds and leaves it as it is",
                steps: [
                    .apply([.createService(scheduler: .roundRobin), .add(first, weight: 1)], codes: [nil, nil]),
                    .apply([.createService(scheduler: weighted)], codes: [nil]),
                    .observe(service([first: 1])),
                ]),
            Case(
                name: "a scheduler without a module is refused",
                steps: [
                    .apply([.createService(scheduler: unknown)], codes: [ENOENT]),
                    .observe(nil),
                    .apply([.createService(scheduler: .roundRobin)], codes: [nil]),
                    .apply([.updateService(scheduler: unknown)], codes: [ENOENT]),
                    .observe(ObservedService(scheduler: .roundRobin)),
                ]),
            Case(
                name: "an update changes the scheduler and keeps the real servers",
                steps: [
                    .apply([.createService(scheduler: .roundRobin), .add(first, weight: 3)], codes: [nil, nil]),
                    .apply([.updateService(scheduler: weighted)], codes: [nil]),
                    .observe(service([first: 3], scheduler: weighted)),
                ]),
            Case(
                name: "an update takes away the options of others",
                steps: [
                    .apply([.createService(scheduler: .roundRobin)], codes: [nil]),
                    .disturb(.persistence),
                    .observe(
                        ObservedService(
                            ServiceConfiguration(
                                scheduler: .roundRobin, persistence: ServiceConfiguration.Persistence()))),
                    .apply([.updateService(scheduler: .roundRobin)], codes: [nil]),
                    .observe(ObservedService(scheduler: .roundRobin)),
                ]),
            Case(
                name: "without the service, changes of it are refused and removals succeed",
                steps: [
                    .apply(
                        [
                            .updateService(scheduler: .roundRobin), .add(first, weight: 1),
                            .setWeight(first, weight: 1), .remove(first), .removeService,
                        ], codes: [ESRCH, ESRCH, ESRCH, nil, nil]),
                    .observe(nil),
                ]),
            Case(
                name: "a real server that is not there cannot be weighted but counts as removed",
                steps: [
                    .apply([.createService(scheduler: .roundRobin)], codes: [nil]),
                    .apply([.setWeight(first, weight: 1), .remove(first)], codes: [ENOENT, nil]),
                    .observe(ObservedService(scheduler: .roundRobin)),
                ]),
            Case(
                name: "adding a real server that exists succeeds and leaves it as it is",
                steps: [
                    .apply([.createService(scheduler: .roundRobin), .add(first, weight: 1)], codes: [nil, nil]),
                    .apply([.add(first, weight: 7)], codes: [nil]),
                    .observe(service([first: 1])),
                ]),
            Case(
                name: "the changes of a batch are made in order, and a refused one does not stop the rest",
                steps: [
                    .apply(
                        [
                            .createService(scheduler: .roundRobin), .setWeight(second, weight: 1),
                            .add(first, weight: 1), .add(second, weight: 65535), .setWeight(first, weight: 0),
                        ], codes: [nil, ENOENT, nil, nil, nil]),
                    .observe(service([first: 0, second: 65535])),
                    .apply([.remove(first)], codes: [nil]),
                    .observe(service([second: 65535])),
                ]),
            Case(
                name: "setting the weight makes the forwarding method masquerade",
                steps: [
                    .apply([.createService(scheduler: .roundRobin), .add(first, weight: 1)], codes: [nil, nil]),
                    .disturb(.tunnel(first, weight: 1)),
                    .observe(
                        ObservedService(
                            scheduler: .roundRobin,
                            realServers: [first: ObservedRealServer(weight: 1, forwarding: .tunnel)])),
                    .apply([.setWeight(first, weight: 1)], codes: [nil]),
                    .observe(service([first: 1])),
                ]),
            Case(
                name: "removing the service removes its real servers",
                steps: [
                    .apply([.createService(scheduler: .roundRobin), .add(first, weight: 1)], codes: [nil, nil]),
                    .apply([.removeService], codes: [nil]),
                    .observe(nil),
                    .apply([.createService(scheduler: .roundRobin)], codes: [nil]),
                    .observe(ObservedService(scheduler: .roundRobin)),
                ]),
        ]
    }

    /// A service with masqueraded real servers of these weights.
    func service(_ weights: [RealServer: Weight], scheduler: Scheduler = .roundRobin) -> ObservedService {
        ObservedService(scheduler: scheduler, realServers: weights.mapValues { ObservedRealServer(weight: $0) })
    }
}
