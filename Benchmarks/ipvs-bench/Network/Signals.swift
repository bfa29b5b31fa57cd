import CLinux
import Glibc

/// Signals that are read like a file instead of interrupting. `signalfd(2)`
struct Signals: ~Copyable {
    let descriptor: Int32

    init(_ signals: [Int32]) throws(Failure) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        sigprocmask(SIG_BLOCK, &set, nil)
        descriptor = signalfd(-1, &set, Int32(O_CLOEXEC | O_NONBLOCK))
        guard descriptor >= 0 else { throw Failure(call: "signalfd") }
    }

    deinit { close(descriptor) }

    /// The next signal that came; `nil` when there is none.
    func next() -> Int32? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        return Glibc.read(descriptor, &information, size) == size ? Int32(information.ssi_signo) : nil
    }
}
