public import Glibc
import Synchronization
public import SystemPackage

/// Another program, from its start until somebody has waited for its end.
public final class ChildProcess: Sendable {
    /// Its process number.
    public let pid: pid_t
    private let ended = Mutex<Int32?>(nil)

    /// Starts `arguments`, whose first is the program, by its path or found in `PATH`.
    ///
    /// Its standard streams are these descriptors of ours; `environment` (`NAME=VALUE`) replaces ours where it is given.
    /// Throws the errno, `ENOENT` when there is no such program.
    public init(
        _ arguments: [String], environment: [String]? = nil, input: Int32, output: Int32, error: Int32
    ) throws(Errno) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [input, output, error].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        var words = arguments.map { strdup($0) } + [nil]
        var variables = (environment ?? []).map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }

        var pid: pid_t = 0
        let code =
            environment == nil
            ? posix_spawnp(&pid, arguments[0], &actions, nil, &words, environ)
            : posix_spawnp(&pid, arguments[0], &actions, nil, &words, &variables)
        guard code == 0 else { throw Errno(rawValue: code) }
        self.pid = pid
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool {
        ended.withLock { ended in
            if ended == nil {
                var status: Int32 = 0
                if waitpid(pid, &status, WNOHANG) == pid { ended = Self.exitStatus(status) }
            }
            return ended == nil
        }
    }

    /// Sends `signal`, unless it has ended.
    public func send(_ signal: Int32) {
        ended.withLock { ended in
            // Nobody else can have the number while its end was not waited for.
            if ended == nil { kill(pid, signal) }
        }
    }

    /// Waits for its end and returns its exit status; that of a program that a signal ended is negative.
    @discardableResult
    public func wait() -> Int32 {
        var information = siginfo_t()
        // Leaves it to be waited for, so that its number stays its own while others ask for it.
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return ended.withLock { ended in
            if let ended { return ended }
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            ended = Self.exitStatus(status)
            return ended ?? 0
        }
    }

    /// `WEXITSTATUS`, or the number of the signal below 0.
    private static func exitStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : -signal
    }
}
