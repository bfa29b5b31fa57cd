/// Other people's programs, which say what the kernel really has.
public enum Shell {
    /// How a command ended and what it said.
    public struct Result: Sendable {
        /// Exit status; below 0, the signal that ended it.
        public var status: Int32
        /// Standard output.
        public var output: String
        /// Standard error.
        public var error: String

        /// The lines of standard output.
        public var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// A command that should have succeeded.
    public struct Failure: Error, Hashable, CustomStringConvertible {
        /// What was run.
        public var command: String
        /// Its exit status.
        public var status: Int32
        /// What it wrote to standard error.
        public var error: String

        /// Command, status and complaint.
        public var description: String { "\(command): status \(status): \(error)" }
    }

    /// Runs `command` with `sh` and waits for its end.
    @discardableResult
    public static func run(_ command: String, input: String = "") throws -> Result {
        let (standardInput, output, error) = (TemporaryFile(input), TemporaryFile(), TemporaryFile())
        let process = try ChildProcess(
            ["/bin/sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; " + command],
            input: standardInput.descriptor, output: output.descriptor, error: error.descriptor)
        return Result(status: process.wait(), output: output.content, error: error.content)
    }

    /// Runs `command`, which must succeed, and returns its lines.
    @discardableResult
    public static func lines(_ command: String, input: String = "") throws -> [String] {
        let result = try run(command, input: input)
        guard result.status == 0 else {
            throw Failure(command: command, status: result.status, error: result.error)
        }
        return result.lines
    }
}
