import Glibc

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

    /// Writes the text, in one piece where the system takes it in one piece.
    ///
    /// A reader that went away is none of our business, and there is nowhere to report another failure to.
    func write(_ text: String) {
        var text = text
        text.withUTF8 { octets in
            var written = 0
            while written < octets.count {
                let rest = UnsafeRawBufferPointer(octets)[written...]
                let count = Glibc.write(rawValue, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }
}
