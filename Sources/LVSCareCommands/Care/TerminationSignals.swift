import CLinux
import Director
import Epoll
import Glibc
import SystemPackage

/// SIGTERM and SIGINT as events of a loop instead of interruptions.
///
/// From the moment it is made, the signals wait in a descriptor (`signalfd(2)`), also for threads that are started
/// later, and also for process 1 of a container, which would not be ended by them.
final class TerminationSignals {
    private let descriptor: Int32

    /// Holds the signals back. Throws when the process has no descriptor left.
    init() throws(KernelFailure) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        descriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw KernelFailure(operation: "wait for", object: "signals", code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Calls `body` on the loop with the name of each signal that comes; one that came before counts, too.
    func whenReceived(on loop: EpollLoop, _ body: @escaping (String) -> Void) throws(KernelFailure) {
        do throws(Errno) {
            try loop.watch(descriptor, for: .readable, SignalReader(descriptor, body))
        } catch {
            throw KernelFailure(operation: "wait for", object: "signals", code: error.rawValue)
        }
    }
}

/// Reads `struct signalfd_siginfo`.
private final class SignalReader: ReadinessHandler {
    private let descriptor: Int32
    private let body: (String) -> Void

    init(_ descriptor: Int32, _ body: @escaping (String) -> Void) {
        self.descriptor = descriptor
        self.body = body
    }

    func descriptorIsReady(_ readiness: Readiness) {
        var signal = signalfd_siginfo()
        guard read(descriptor, &signal, MemoryLayout<signalfd_siginfo>.size) > 0 else { return }
        body(Int32(bitPattern: signal.ssi_signo) == SIGINT ? "SIGINT" : "SIGTERM")
    }
}
