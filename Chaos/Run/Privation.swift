import Glibc
import KernelTestKit
import SystemPackage

/// Takes from a daemon what it needs of the machine, and gives it back.
final class Privation {
    /// Programs that want all of a processor.
    private var busy: [ChildProcess] = []
    private let pid: Int32
    /// The limits of its descriptors, in the words of `prlimit`.
    private var limits: String?

    /// So many programs want it all at once.
    private static let busyPrograms = 8
    /// The processor time, in seconds, after which each of them ends by itself if nobody ends it.
    private static let longestBusy = 20

    /// Nothing is taken from the process `pid` yet.
    init(of pid: Int32) { self.pid = pid }

    deinit { for program in busy { program.send(SIGKILL) } }

    /// Leaves it what others do not want of the processor.
    func starve() throws {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(pid), 19)
        let nowhere = try FileDescriptor.open("/dev/null", .readWrite, options: .closeOnExec)
        defer { try? nowhere.close() }
        for _ in 0..<Self.busyPrograms {
            busy.append(
                try ChildProcess(
                    ["/bin/sh", "-c", "ulimit -t \(Self.longestBusy); while :; do :; done"],
                    input: nowhere.rawValue, output: nowhere.rawValue, error: nowhere.rawValue))
        }
    }

    /// Lets it open no more than it has open.
    func takeDescriptors() throws {
        guard let holdings = Holdings(of: pid) else { return }
        let shown = try Shell.lines("prlimit --pid \(pid) --nofile --noheadings --raw --output SOFT,HARD").joined()
        limits = String(shown.map { $0 == " " ? ":" : $0 })
        try Shell.lines("prlimit --pid \(pid) --nofile=\(holdings.descriptors):")
    }

    /// Gives back what was taken.
    func end() throws {
        for program in busy { program.send(SIGKILL) }
        for program in busy { program.wait() }
        if !busy.isEmpty { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(pid), 0) }
        busy = []
        if let limits { try Shell.lines("prlimit --pid \(pid) --nofile=\(limits)") }
        limits = nil
    }
}
