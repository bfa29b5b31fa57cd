import LVSCareSettings

/// How a command ended, as the shell sees it.
///
/// The numbers are those of `sysexits.h` where it has one that fits, so that a unit file or a script can tell a
/// mistake on the command line from a node that lacks IPVS.
public enum ExitStatus: Int32, Hashable, Sendable, CaseIterable {
    /// All that was asked for was done.
    case success = 0
    /// Something failed that no other status describes.
    case failure = 1
    /// Nothing failed, and there is something to change.
    case changes = 2
    /// `EX_USAGE`: invalid flag, environment variable or file; nothing was touched.
    case usage = 64
    /// `EX_UNAVAILABLE`: this kernel has no IPVS; nothing was touched.
    case unavailable = 69
    /// `EX_IOERR`: what was asked for cannot be written to standard output.
    case outputUnwritten = 74
    /// `EX_TEMPFAIL`: another process looks after the same virtual service; nothing was touched.
    case alreadyLookedAfter = 75
    /// `EX_NOPERM`: the process lacks `CAP_NET_ADMIN`; nothing was touched.
    case noPermission = 77

    /// What the status means, as a clause for the help text.
    var meaning: String {
        switch self {
        case .success: "done"
        case .failure: "something failed"
        case .changes: "something would be changed"
        case .usage: "invalid flag, environment variable or file"
        case .unavailable: "this kernel has no IPVS"
        case .outputUnwritten: "standard output cannot be written to"
        case .alreadyLookedAfter: "another process looks after the same virtual service"
        case .noPermission: "CAP_NET_ADMIN is missing"
        }
    }

    /// The status as help lists it.
    var entry: Command.Entry { entry(meaning: meaning) }

    /// The status with what it means to one command, as help lists it.
    func entry(meaning: String) -> Command.Entry { .init("\(rawValue)", meaning: meaning) }

    /// Every status, as help lists them.
    static var entries: [Command.Entry] { allCases.filter { $0 != .changes }.map(\.entry) }
}
