import CLinux
import Epoll
import Glibc
import LVSCareModel
import SystemPackage

/// The signals that would end the process, as events of a loop instead of interruptions.
///
/// From the moment it is made, they wait in a descriptor (`signalfd(2)`), also for threads that are started later, and also
/// for process 1 of a container, which would not be ended by them.
final class ProcessSignals {
    /// A signal that came.
    struct Received {
        /// `SIGTERM`
        var name: String
        /// Whether the program is to end; other signals are not for us.
        var asksForEnd: Bool
        /// Whether settings are to be read again.
        var asksForReload: Bool
    }

    private let descriptor: Int32
    private let hasTerminal: Bool

    /// Holds the signals back. Throws when the process has no descriptor left.
    init() throws(KernelFailure) {
        hasTerminal = Self.findsTerminal()
        var signals = sigset_t()
        sigemptyset(&signals)
        for (signal, _) in Self.ends { sigaddset(&signals, signal) }
        // Whoever had these ignored (nohup) did so on purpose, but what is held back comes all the same.
        for (signal, _) in Self.questions where !Self.isIgnored(signal) { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        descriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw KernelFailure(operation: "wait for", object: "signals", code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Calls `body` on the loop with each signal that comes; one that came before counts, too.
    func whenReceived(on loop: EpollLoop, _ body: @escaping (Received) -> Void) throws(KernelFailure) {
        let reader = SignalReader(descriptor) { [hasTerminal] signal in
            let name = (Self.ends + Self.questions).first { $0.signal == signal }?.name
            let asksForEnd =
                Self.ends.contains { $0.signal == signal } || signal == SIGQUIT || signal == SIGHUP && hasTerminal
            let asksForReload = signal == SIGHUP && !asksForEnd
            body(Received(name: name ?? "\(signal)", asksForEnd: asksForEnd, asksForReload: asksForReload))
        }
        do throws(Errno) {
            try loop.watch(descriptor, for: .readable, reader)
        } catch {
            throw KernelFailure(operation: "wait for", object: "signals", code: error.rawValue)
        }
    }

    /// Signals by which users, service managers, container runtimes (SIGPWR) and limits (SIGXCPU) ask for the end.
    private static let ends: [(signal: Int32, name: String)] = [
        (SIGTERM, "SIGTERM"), (SIGINT, "SIGINT"), (SIGPWR, "SIGPWR"), (SIGXCPU, "SIGXCPU"),
    ]
    /// Signals that count unless they were ignored when the program was started. SIGQUIT asks for the end; SIGHUP, too,
    /// where it says that the terminal has gone, and without one it is a wish to read settings again, as the others are
    /// wishes that other programs have.
    private static let questions: [(signal: Int32, name: String)] = [
        (SIGQUIT, "SIGQUIT"), (SIGHUP, "SIGHUP"), (SIGUSR1, "SIGUSR1"), (SIGUSR2, "SIGUSR2"), (SIGALRM, "SIGALRM"),
        (SIGVTALRM, "SIGVTALRM"), (SIGPROF, "SIGPROF"), (SIGIO, "SIGIO"),
    ]

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        sigaction(signal, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Whether there is a terminal whose end would be told with SIGHUP.
    private static func findsTerminal() -> Bool {
        let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        guard terminal >= 0 else { return false }
        close(terminal)
        return true
    }
}

/// Reads `struct signalfd_siginfo`.
private final class SignalReader: ReadinessHandler {
    private let descriptor: Int32
    private let body: (Int32) -> Void

    init(_ descriptor: Int32, _ body: @escaping (Int32) -> Void) {
        self.descriptor = descriptor
        self.body = body
    }

    func descriptorIsReady(_ readiness: Readiness) {
        var signal = signalfd_siginfo()
        guard read(descriptor, &signal, MemoryLayout<signalfd_siginfo>.size) > 0 else { return }
        body(Int32(bitPattern: signal.ssi_signo))
    }
}
