import CVersion

/// Which build of the program this is.
///
/// Only a release knows its version, commit and date; `scripts/release` gives them to it.
struct Version: Hashable, Sendable {
    /// Version in the form of a tag, `v0.1.0`.
    var gitVersion: String
    /// The commit it was built from.
    var gitCommit: String
    /// When it was built, RFC 3339.
    var buildDate: String
    /// What it was built with.
    var compiler: String
    /// What it runs on, in Go's words: `linux/amd64`.
    var platform: String

    /// This build.
    static var current: Version {
        Version(
            gitVersion: text(lvscareGitVersion()) ?? "v0.0.0-dev",
            gitCommit: text(lvscareGitCommit()) ?? "unknown",
            buildDate: text(lvscareBuildDate()) ?? "unknown",
            compiler: compiler, platform: platform)
    }

    private static func text(_ string: UnsafePointer<CChar>?) -> String? { string.map { String(cString: $0) } }

    private static var compiler: String {
        #if compiler(>=6.5)
        "swift 6.5 or later"
        #elseif compiler(>=6.4)
        "swift 6.4"
        #elseif compiler(>=6.3)
        "swift 6.3"
        #else
        "swift 6.2"
        #endif
    }

    private static var platform: String {
        #if arch(x86_64)
        "linux/amd64"
        #elseif arch(arm64)
        "linux/arm64"
        #elseif arch(riscv64)
        "linux/riscv64"
        #else
        "linux/unknown"
        #endif
    }

    /// The members that the original prints, in its order.
    var json: JSON {
        [
            "gitVersion": .string(gitVersion), "gitCommit": .string(gitCommit), "buildDate": .string(buildDate),
            "compiler": .string(compiler), "platform": .string(platform),
        ]
    }
}
