import Director
import Glibc
import Netlink
import SystemPackage

/// The right to look after a virtual service, which one process of a network namespace has at a time.
///
/// It is a listening UNIX socket with an abstract name, `@lvscare/169.254.0.1:80`; `ss -xl` shows it. The kernel keeps
/// such names apart for each network namespace, as it does its tables of virtual services, and takes the name back when
/// the process ends, in whatever way. Neither a file nor a privilege is needed. Nothing is ever said through the socket:
/// the kernel tells whoever connects who listens.
final class ServiceClaim {
    private let listener: OwnedDescriptor

    /// Claims `service`.
    ///
    /// Throws a failure of the kind `alreadyLookedAfter` when a process has claimed it that is to be trusted: of root, of
    /// this user, or with `CAP_NET_ADMIN`. Any other failure says why there can be no claim; that is no reason not to look
    /// after the service, because every user of the node can take the name.
    init(to service: VirtualService) throws(KernelFailure) {
        let name = Self.name(service)
        do throws(Obstacle) {
            listener = try Self.take(name)
        } catch {
            throw KernelFailure(error, name, service)
        }
    }

    /// What stands for `service`.
    static func name(_ service: VirtualService) -> AbstractName { AbstractName("lvscare/\(service)") }

    /// Whether a process that is to be trusted looks after `service`.
    static func isHeld(on service: VirtualService) -> Bool {
        guard let holder = try? name(service).listener() else { return false }
        return holder.isTrusted
    }

    /// Lets go of the connections of those who asked who listens, so that there is room for others.
    ///
    /// One system call when nobody asked.
    func dismissVisitors() {
        for _ in 0..<Self.mostVisitors {
            let visitor = accept(listener.rawValue, nil, nil)
            guard visitor >= 0 else { return }
            close(visitor)
        }
    }

    /// How many are let go of at a time, so that nobody can keep this process busy.
    private static let mostVisitors = 100
    /// How often and how far apart (in microseconds) a name is tried that is taken although nobody listens: its holder
    /// has just ended, or is about to listen.
    private static let attempts = 10
    private static let pause: UInt32 = 1_000

    private static func take(_ name: AbstractName) throws(Obstacle) -> OwnedDescriptor {
        var attempt = 1
        while true {
            do throws(Errno) { return try name.listen() } catch {
                guard error == .addressInUse else { throw .system(error) }
            }
            switch Result(catching: { () throws(Errno) in try name.listener() }) {
            case .success(let holder): throw .held(holder)
            case .failure(.connectionRefused) where attempt < attempts: usleep(pause)
            case .failure(let errno): throw .heldBySomebody(errno)
            }
            attempt += 1
        }
    }
}

/// Why there is no claim.
private enum Obstacle: Error {
    case held(AbstractName.Listener)
    /// Of whom the kernel tells nothing but this.
    case heldBySomebody(Errno)
    case system(Errno)
}

extension KernelFailure {
    fileprivate init(_ obstacle: Obstacle, _ name: AbstractName, _ service: VirtualService) {
        let code: Int32
        let message: String
        switch obstacle {
        case .held(let holder) where holder.isTrusted:
            self.init(
                operation: "look after", object: "\(service)", code: 0, message: "\(holder.words) does so already",
                hint: .otherWouldUndo, kind: .alreadyLookedAfter)
            return
        case .held(let holder):
            (code, message) = (EADDRINUSE, "\(holder.words) of user \(holder.user) uses the name \(name)")
        case .heldBySomebody(let errno):
            (code, message) = (errno.rawValue, "the lock name \(name) is held by a process that accepts no connections")
        case .system(let errno):
            (code, message) = (errno.rawValue, "\(errno)")
        }
        self.init(
            operation: "lock virtual service", object: "\(service)", code: code, message: message, hint: .unclaimed)
    }
}

extension AbstractName.Listener {
    /// Whether it is one of us, and not some user of the node who took the name.
    ///
    /// A service manager may run the daemon as a user of its own, who then has the capability. Whoever has it could change
    /// the table as well as keep us from it.
    fileprivate var isTrusted: Bool {
        if user == 0 || user == geteuid() { return true }
        // The same user, because the number may be another process's by now.
        guard process > 0, let status = ProcessStatus(of: process), status.user == user else { return false }
        return status.mayChangeTheNetwork
    }

    /// Which process it is, as the subject of a sentence.
    fileprivate var words: String {
        switch process {
        case getpid(): "this process"
        // Numbers of other namespaces mean nothing here.
        case 0: "a process in another container or on the host"
        default: "process \(process)"
        }
    }
}
