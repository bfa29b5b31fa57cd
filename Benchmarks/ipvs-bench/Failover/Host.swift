import CLinux
import Glibc

/// The ways in which a real server fails.
enum FailureKind: String, CaseIterable {
    /// The process is killed: its connections are reset, new ones refused.
    case killed
    /// The process is stopped: its kernel still takes connections, nobody answers.
    case stopped
    /// The host is cut from the network: nothing comes back.
    case gone
    /// Each request is answered with status 500.
    case status
    /// TLS is spoken with a certificate of an unknown issuer.
    case certificate
}

/// A host with one real server: `ipvs-bench serve` in a network namespace of its own, which the caller has made.
final class Host {
    let place: Place
    private let kind: FailureKind
    private let folder: String
    private var server: Child

    /// Starts its server, which will fail as `kind` says.
    init(_ place: Place, failing kind: FailureKind, folder: String) throws(Failure) {
        self.place = place
        self.kind = kind
        self.folder = folder
        server = try Self.start(place, kind, folder)
    }

    /// Makes it fail, at this moment.
    func fail() {
        switch kind {
        case .killed: server.send(SIGKILL)
        case .stopped: server.send(SIGSTOP)
        case .gone, .status, .certificate: server.send(SIGUSR1)
        }
    }

    /// Makes it as it was before it failed.
    func heal() throws(Failure) {
        switch kind {
        case .killed:
            server.reap()
            server = try Self.start(place, kind, folder)
        case .stopped: server.send(SIGCONT)
        case .gone, .status, .certificate: server.send(SIGUSR2)
        }
    }

    /// Ends its server for good.
    func end() {
        server.send(SIGKILL)
        server.reap()
    }

    /// Starting the program inside the namespace by itself spares another program, which would cost more than the server.
    private static func start(_ place: Place, _ kind: FailureKind, _ folder: String) throws(Failure) -> Child {
        let home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)
        let away = open("/run/netns/\(place.namespace)", O_RDONLY | O_CLOEXEC)
        defer {
            close(home)
            close(away)
        }
        guard away >= 0, setns(away, 0) == 0 else { throw Failure(call: "network namespace \(place.namespace)") }
        defer { setns(home, 0) }
        return try Child(["ipvs-bench", "serve", "\(place.endpoint)", kind.rawValue, folder])
    }
}
