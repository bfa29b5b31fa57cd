import Glibc

/// Another program, from its start on.
struct Child: ~Copyable {
    private let process: pid_t
    /// The moment before it was started.
    private let started: Moment

    /// Starts `command`, the program found in `PATH`, with these files as standard input and output.
    init(_ command: [String], input: String = "/dev/null", output: String = "/dev/null") throws(Failure) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }

        var process: pid_t = 0
        started = Moment()
        let code = posix_spawnp(&process, command[0], &actions, nil, &arguments, environ)
        guard code == 0 else { throw Failure(call: "cannot start \(command[0])", errno: code) }
        self.process = process
    }

    /// Milliseconds since the moment before it was started.
    var age: Double { Moment().milliseconds - started.milliseconds }

    /// Waits for its end, however it ends.
    func reap() {
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// Sends `signal`, if the program still runs.
    func send(_ signal: Int32) { kill(process, signal) }

    /// Whether it has ended.
    var hasEnded: Bool {
        var information = siginfo_t()
        // Leaves it to be waited for.
        return waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT) == 0
            && information.si_signo == SIGCHLD
    }

    /// Waits for its end and returns its age then, in milliseconds, and the most memory that it had resident, in KiB.
    ///
    /// Throws unless it was a success.
    consuming func wait() throws(Failure) -> (age: Double, residentKiB: Int) {
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(process, &status, 0, &usage) == process else { throw Failure(call: "wait4") }
        let age = age
        guard status == 0 else {
            throw Failure("the command ended with status \(status >> 8), signal \(status & 0x7f)")
        }
        return (age, usage.ru_maxrss)
    }
}

/// A moment of the monotonic clock.
///
/// `ContinuousClock` would do, but it is a part of Swift's concurrency library, which the measured programs do without.
struct Moment {
    let milliseconds: Double

    init() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        milliseconds = Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}

/// A number with two places, without the formatting of Foundation.
func hundredths(_ number: Double) -> String { "\((number * 100).rounded() / 100)" }
