import Glibc
import LVSCareSystem

/// One of the two streams that a command writes to.
enum StandardStream: Int32, Sendable {
    /// For what was asked for.
    case output = 1
    /// For all else.
    case error = 2

    /// Whether the stream is a terminal.
    var isTerminal: Bool { isatty(rawValue) == 1 }

    /// How many columns the terminal has; `nil` where the stream goes elsewhere.
    var columns: Int? {
        var size = winsize()
        guard ioctl(rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes the text, in one piece where the system takes it in one piece; returns the errno of what failed, 0 if
    /// nothing did.
    ///
    /// A reader that went away is none of our business.
    @discardableResult
    func write(_ text: String) -> Int32 {
        var text = text
        return text.withUTF8 { octets in
            var written = 0
            while written < octets.count {
                let rest = UnsafeRawBufferPointer(octets)[written...]
                let count = Glibc.write(rawValue, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return count < 0 && errno != EPIPE ? errno : 0 }
                written += count
            }
            return 0
        }
    }

    /// Writes what was asked for to standard output. Throws where it cannot be written.
    static func printOutput(_ text: String) throws(StatusError) {
        let code = output.write(text)
        guard code == 0 else {
            throw StatusError(.outputUnwritten, "cannot write to standard output: \(ErrorText.of(code))")
        }
    }

    /// Opens what is missing of the descriptors 0, 1 and 2, so that nothing that the program opens gets their numbers, and
    /// with it what was meant for a stream.
    ///
    /// For reading only: what is written there fails, and is not lost in silence.
    static func openMissing() {
        for descriptor in 0...error.rawValue where fcntl(descriptor, F_GETFD) < 0 {
            // The least free number, which is this one.
            if open("/dev/null", O_RDONLY) < 0 { _ = open("/", O_RDONLY | O_DIRECTORY) }
        }
    }
}
