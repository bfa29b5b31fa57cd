import LVSCareModel
import Logging

/// Something that was written and is no mistake, but probably not understood as it was meant.
enum SettingWarning: Hashable, Sendable {
    /// The word behind a flag that stands alone turned the flag off.
    case turnedOff(flag: String, by: String)
    /// A variable is named like those of this command and is none of them; `meant` is one with a similar name.
    case unknownVariable(String, meant: String?)

    /// For the log.
    var message: Logger.Message {
        switch self {
        case .turnedOff: "flag turned off"
        case .unknownVariable: "environment variable ignored"
        }
    }

    /// What the message is about.
    var metadata: Logger.Metadata {
        switch self {
        case .turnedOff(let flag, let word):
            [
                "flag": "\(flag) \(word)", "difference": "the original ignores the word and turns it on",
                "remedy": "write \(flag)=\(word)",
            ]
        case .unknownVariable(let name, let meant):
            ["variable": "\(name.abbreviated)"].merging(meant.map { ["remedy": "did you mean \($0)?"] } ?? [:]) { $1 }
        }
    }

    /// The same on one line.
    var sentence: String {
        switch self {
        case .turnedOff(let flag, let word):
            "\(flag) \(word) turns it off; the original ignores the word and turns it on; write \(flag)=\(word)"
        case .unknownVariable(let name, let meant):
            "the variable \(name.abbreviated.escapedForOneLine) is unknown and ignored"
                + (meant.map { "; did you mean \($0)?" } ?? "")
        }
    }
}
