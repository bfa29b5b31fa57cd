import Testing

@testable import LVSCareCommands

@Suite struct LogBacklogTests {
    private static func notice(_ count: Int) -> String { "dropped \(count)\n" }

    /// Everything that is to be written, in pieces.
    private static func drain(_ backlog: inout LogBacklog) -> [String] {
        var pieces: [String] = []
        while true {
            let piece = backlog.next(notice: notice)
            guard !piece.isEmpty else { return pieces }
            pieces.append(String(decoding: piece, as: UTF8.self))
            backlog.advance(by: piece.count)
        }
    }

    @Test func `keeps lines whole and in order`() {
        var backlog = LogBacklog()
        let lines = (0..<1000).map { "line \($0) \(String(repeating: "x", count: $0 % 90))\n" }
        for line in lines { backlog.append(line, notice: Self.notice) }
        let pieces = Self.drain(&backlog)
        #expect(pieces.joined() == lines.joined())
        #expect(pieces.allSatisfy { $0.utf8.count <= LogBacklog.piece && $0.hasSuffix("\n") })
        #expect(pieces.count < 30 && backlog.isEmpty)
    }

    @Test func `writes a line in pieces that is too long for one`() {
        var backlog = LogBacklog()
        let line = String(repeating: "y", count: 10_000) + "\n"
        backlog.append(line + "z\n", notice: Self.notice)
        #expect(Self.drain(&backlog).joined() == line + "z\n")
    }

    @Test func `goes on in the middle of a piece`() {
        var backlog = LogBacklog()
        backlog.append("abc\n", notice: Self.notice)
        backlog.append("def\n", notice: Self.notice)
        backlog.advance(by: 2)
        #expect(Self.drain(&backlog) == ["c\ndef\n"])
    }

    @Test func `drops what is too much, and says so where it is missing`() {
        var backlog = LogBacklog()
        let line = String(repeating: "x", count: 1023) + "\n"
        let room = LogBacklog.capacity / 1024
        for _ in 0..<room + 5 { backlog.append(line, notice: Self.notice) }
        #expect(backlog.count == LogBacklog.capacity)
        var text = ""
        while backlog.count > LogBacklog.capacity / 2 {
            backlog.append(line, notice: Self.notice)
            let piece = backlog.next(notice: Self.notice)
            text += String(decoding: piece, as: UTF8.self)
            backlog.advance(by: piece.count)
        }
        let dropped = 5 + room / 8
        backlog.append("last\n", notice: Self.notice)
        text += Self.drain(&backlog).joined()
        #expect(text == String(repeating: line, count: room) + "dropped \(dropped)\nlast\n")
    }

    @Test func `says what was dropped although nothing follows`() {
        var backlog = LogBacklog()
        let line = String(repeating: "x", count: LogBacklog.capacity - 1) + "\n"
        for _ in 0..<3 { backlog.append(line, notice: Self.notice) }
        #expect(Self.drain(&backlog).last == "dropped 2\n")
        #expect(backlog.isEmpty)
    }
}
