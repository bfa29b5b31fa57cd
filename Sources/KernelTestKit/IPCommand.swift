/// The `ip` command, which tells what the kernel has.
public enum IPCommand {
    /// Runs `ip` with these words, which must succeed, and returns what it printed.
    @discardableResult
    public static func run(_ words: String) throws -> String {
        try checked("ip \(words)").output
    }

    /// Runs `ip` with each of these lines of words, in one process; all must succeed.
    public static func run(_ lines: [String]) throws {
        _ = try checked("ip -batch -", input: lines.map { $0 + "\n" }.joined())
    }

    /// Runs `ip` with each of these lines of words to leave nothing behind; what they name may be gone already.
    public static func cleanUp(_ lines: String...) { cleanUp(lines) }

    /// Runs `ip` with each of these lines of words to leave nothing behind; what they name may be gone already.
    public static func cleanUp(_ lines: [String]) {
        _ = try? Shell.run("ip -force -batch -", input: lines.map { $0 + "\n" }.joined())
    }

    private static func checked(_ command: String, input: String = "") throws -> Shell.Result {
        let result = try Shell.run(command, input: input)
        guard result.status == 0 else {
            throw Shell.Failure(command: command + "\n" + input, status: result.status, error: result.error)
        }
        return result
    }
}
