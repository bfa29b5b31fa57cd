/// The lines of the log that are still to be written, in their order, and how many were dropped for being too many.
///
/// As soon as lines were dropped, none is taken until half of the room is free again. What was dropped is said in the
/// place where it is missing.
struct LogBacklog {
    /// Most octets that wait.
    static let capacity = 256 * 1024
    /// Most octets that are written in one piece: a pipe takes so many whole or not at all (`PIPE_BUF`), so that lines of
    /// several programs do not mix.
    static let piece = 4096

    private var octets: [UInt8] = []
    /// How much of `octets` is written already.
    private var written = 0
    private var dropped = 0

    /// How many octets wait.
    var count: Int { octets.count - written }
    /// Whether there is nothing left to write.
    var isEmpty: Bool { count == 0 && dropped == 0 }

    /// Takes one line with its end, or drops it; `notice` is the line that says how many were dropped.
    mutating func append(_ line: String, notice: (Int) -> String) {
        guard dropped > 0 ? count <= Self.capacity / 2 : count + line.utf8.count <= Self.capacity else {
            dropped += 1
            return
        }
        reportDropped(notice)
        octets.append(contentsOf: line.utf8)
    }

    /// What to write next: whole lines that fit into a piece, or a piece of a line that is longer; empty when there is
    /// nothing left.
    mutating func next(notice: (Int) -> String) -> ArraySlice<UInt8> {
        if count == 0 { reportDropped(notice) }
        let piece = octets[written...].prefix(Self.piece)
        guard piece.count == Self.piece, let end = piece.lastIndex(of: UInt8(ascii: "\n")) else { return piece }
        return piece[...end]
    }

    /// Takes in that so many octets were written.
    mutating func advance(by count: Int) {
        written += count
        guard written == octets.count || written >= Self.capacity / 2 else { return }
        octets.removeFirst(written)
        written = 0
    }

    /// Forgets everything, because nobody can read it any more.
    mutating func removeAll() { self = LogBacklog() }

    private mutating func reportDropped(_ notice: (Int) -> String) {
        guard dropped > 0 else { return }
        octets.append(contentsOf: notice(dropped).utf8)
        dropped = 0
    }
}
