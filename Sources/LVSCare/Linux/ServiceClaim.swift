import Glibc
import LVSCareModel
import Netlink
import SystemPackage

/// The right to look after a virtual service, which one process of a network namespace has at a time.
///
/// It is a netlink socket that has joined groups which stand for the service (`ClaimGroups`). Whoever comes second sees the
/// first, and lets go again.
final class ServiceClaim {
    private let socket: ClaimSocket

    /// How often, and how far apart in microseconds, a claim is tried before its holder is believed to stay: it may have just
    /// ended, or be somebody who tries at the same moment and lets go as well.
    private static let attempts = 6
    private static let pause: ClosedRange<UInt32> = 1_000...10_000

    /// Claims `service`.
    ///
    /// Throws a failure of the kind `alreadyLookedAfter` when another process has claimed it. Any other failure says why
    /// there can be no claim (`EMFILE`, `ENFILE`, `EPERM`, or `ENOENT` without `/proc`); that is no reason not to look after
    /// the service.
    init(to service: VirtualService) throws(KernelFailure) {
        let groups = ClaimGroups(of: service)
        var attempt = 1
        while true {
            let socket: ClaimSocket
            let others: [ClaimHolder]
            do throws(Errno) {
                socket = try ClaimSocket(joining: groups)
                others = try groups.holders().filter { $0.port != socket.port }
            } catch {
                throw KernelFailure(
                    operation: "lock virtual service", object: service.name, code: error.rawValue, message: "\(error)",
                    hint: .unclaimed)
            }
            guard let holder = others.first else {
                self.socket = socket
                return
            }
            guard attempt < Self.attempts else {
                throw KernelFailure(
                    operation: "look after", object: service.name, code: 0,
                    message: "\(holder.words) does so already", hint: .otherWouldUndo, kind: .alreadyLookedAfter)
            }
            attempt += 1
            socket.leave()
            usleep(.random(in: Self.pause))
        }
    }

    /// Whether a process looks after `service`.
    static func isHeld(on service: VirtualService) -> Bool {
        let holders = try? ClaimGroups(of: service).holders()
        return holders?.isEmpty == false
    }
}
