import Addressing
import LVSCareSettings
import Logging

extension SettingWarning {
    /// For the log.
    var message: Logger.Message {
        switch self {
        case .turnedOff: "flag turned off"
        case .unknownVariable, .overruledVariable, .flagOnly: "environment variable ignored"
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
        case .overruledVariable(let name, let by): ["variable": "\(name)", "reason": "\(by) says what is wanted"]
        case .flagOnly(let name, let flag): ["variable": "\(name)", "reason": "only the flag \(flag) counts"]
        case .unknownVariable(let name, let meant):
            ["variable": "\(name.abbreviated)"].merging(meant.map { ["remedy": "did you mean \($0)?"] } ?? [:]) { $1 }
        }
    }

    /// The same on one line.
    var sentence: String {
        switch self {
        case .turnedOff(let flag, let word):
            "\(flag) \(word) turns it off; the original ignores the word and turns it on; write \(flag)=\(word)"
        case .overruledVariable(let name, let by): "the variable \(name) is ignored: \(by) says what is wanted"
        case .flagOnly(let name, let flag): "the variable \(name) is ignored: only the flag \(flag) counts"
        case .unknownVariable(let name, let meant):
            "the variable \(name.abbreviated.escapedForOneLine) is unknown and ignored"
                + (meant.map { "; did you mean \($0)?" } ?? "")
        }
    }

    /// Tells warnings on standard error, one a line, behind the name of the program.
    static func printError(_ warnings: [SettingWarning], by program: String) {
        for warning in warnings { StandardStream.error.write("\(program): warning: \(warning.sentence)\n") }
    }
}
