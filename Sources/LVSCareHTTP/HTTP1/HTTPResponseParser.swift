/// Parses the response to one request in HTTP/1 (RFC 9112) as its octets come.
///
/// It stores nothing but the parts of ``HTTPResponseHead`` and the beginning of a line whose end has not come yet. The
/// head decides about health, so a fault in it is thrown; one behind it only shows in `isBroken`.
package struct HTTPResponseParser {
    /// Octets that the head may have, together with informational ones before it, chunk extensions and trailers.
    package static let longestHead = 64 * 1024
    /// Fields that these may have.
    package static let mostFields = 256

    /// The head of the final response; informational ones (1xx) before it are skipped.
    ///
    /// 101 is final: what comes behind it is not HTTP, and surplus here.
    package private(set) var head: HTTPResponseHead?
    /// Octets of content so far, without the framing of chunks.
    package private(set) var contentCount = 0
    /// Whether octets came behind the end.
    package private(set) var hasSurplus = false
    private let method: String
    private var place = Place.statusLine
    /// The lines of a head whose end has not come.
    private var draft: Draft?
    /// The beginning of a line.
    private var beginning: [UInt8] = []
    /// Whether that is the whole line of a field, which the next one may go on with.
    private var isHeld = false
    private var headOctets = 0
    private var fields = 0

    /// What the next octet belongs to.
    private enum Place: Hashable {
        case statusLine
        case field
        case content(left: Int)
        case contentToClose
        case chunkSize(Int, digits: Int)
        case chunkExtension(size: Int)
        case chunkSizeLineFeed(size: Int)
        case chunk(left: Int)
        case chunkCarriageReturn
        case chunkLineFeed
        case trailer
        case behind
        /// Parsing has stopped.
        case malformed
    }

    /// A parser of the response to a request with `method`, on which it depends whether there is content.
    package init(toMethod method: String) {
        self.method = method
    }

    /// Whether the end of the response has come.
    package var isComplete: Bool { place == .behind }

    /// Whether something was not understood, so that the end will not be found.
    package var isBroken: Bool { place == .malformed }

    /// Receives what came next; how the octets are split makes no difference.
    ///
    /// Throws what is wrong with the head. Whatever comes then is ignored.
    package mutating func receive(_ octets: RawSpan) throws(HTTPFault) {
        do throws(HTTPFault) {
            try take(octets)
        } catch {
            place = .malformed
            beginning = []
            if head == nil { throw error }
        }
    }

    /// Receives the end of the connection, which is the end of some responses.
    ///
    /// Throws `HTTPFault.closedEarly` when there is no head, or that what came is not the start of one.
    package mutating func receiveEnd() throws(HTTPFault) {
        if place == .contentToClose { place = .behind }
        guard head == nil else { return }
        let isStrange = place == .statusLine && !beginning.span.bytes.startsLikeStatusLine
        place = .malformed
        throw isStrange ? .noStatusLine(but: beginning.span.bytes) : .closedEarly
    }

    private mutating func take(_ octets: RawSpan) throws(HTTPFault) {
        var rest = octets
        while !rest.isEmpty {
            var count = 1
            switch place {
            case .statusLine, .field, .trailer:
                count = try takeLine(of: rest)
            case .content(let left):
                count = min(left, rest.byteCount)
                contentCount += count
                place = count < left ? .content(left: left - count) : .behind
            case .contentToClose:
                count = rest.byteCount
                contentCount += count
            case .chunk(let left):
                count = min(left, rest.byteCount)
                contentCount += count
                place = count < left ? .chunk(left: left - count) : .chunkCarriageReturn
            case .chunkSize, .chunkExtension, .chunkSizeLineFeed, .chunkCarriageReturn, .chunkLineFeed:
                place = try placeBetweenChunks(behind: rest[0])
            case .behind:
                hasSurplus = true
                return
            case .malformed:
                return
            }
            rest = rest.extracting(droppingFirst: count)
        }
    }

    /// Takes a line, or as much of it as there is; returns how many octets that are.
    ///
    /// A line ends with a line feed; a carriage return before it belongs to the end (RFC 9112, section 2.2).
    private mutating func takeLine(of octets: RawSpan) throws(HTTPFault) -> Int {
        if isHeld { try resolveHeld(before: octets[0]) }
        guard let lineFeed = octets.firstOffset(of: .lineFeed) else {
            try countTowardsHead(octets.byteCount)
            keep(octets)
            // What is no response need not have lines.
            if place == .statusLine { try beginning.span.bytes.checkStartOfStatusLine() }
            return octets.byteCount
        }
        let count = lineFeed + 1
        try countTowardsHead(count)
        let piece = octets.extracting(first: count)
        let isLast = place == .statusLine || beginning.isEmpty && piece.lineLength == 0
        if !isLast, count == octets.byteCount || octets[count].isBlank || !beginning.isEmpty {
            keep(piece)
            isHeld = try keptIsField()
            return isHeld ? count : try takeKept(count)
        }
        if beginning.isEmpty {
            try take(line: piece)
            return count
        }
        keep(piece)
        return try takeKept(count)
    }

    private mutating func keep(_ octets: RawSpan) {
        octets.withUnsafeBytes { beginning.append(contentsOf: $0) }
    }

    /// Whether what is kept is the line of a field, and no empty one; what is wrong with it already need not be waited
    /// with.
    private func keptIsField() throws(HTTPFault) -> Bool {
        let line = beginning.span.bytes
        guard line.lineLength > 0 else { return false }
        _ = try Field(line.extracting(first: line.lineLength))
        return true
    }

    private mutating func takeKept(_ count: Int) throws(HTTPFault) -> Int {
        let line = beginning
        beginning = []
        try take(line: line.span.bytes)
        return count
    }

    /// Takes the field that was held back, or goes on with it where the next line begins with a blank: what folds a
    /// field is a blank of its value (RFC 9112, section 5.2).
    private mutating func resolveHeld(before next: UInt8) throws(HTTPFault) {
        isHeld = false
        guard next.isBlank else {
            _ = try takeKept(0)
            return
        }
        let length = beginning.span.bytes.lineLength
        beginning.removeLast(beginning.count - length)
    }

    private mutating func countTowardsHead(_ count: Int) throws(HTTPFault) {
        headOctets += count
        guard headOctets <= Self.longestHead else { throw .headTooLarge }
    }

    private mutating func take(line: RawSpan) throws(HTTPFault) {
        if place == .statusLine { try line.checkStartOfStatusLine() }
        let count = line.lineLength
        let text = line.extracting(first: count)
        if place == .statusLine {
            draft = try Draft(statusLine: text)
            place = .field
        } else if count > 0 {
            fields += 1
            guard fields <= Self.mostFields else { throw .headTooLarge }
            let field = try Field(text)
            // A trailer means nothing here, whatever its name.
            try draft?.add(field, of: text)
        } else if let draft {
            self.draft = nil
            finish(draft)
        } else {
            place = .behind
        }
    }

    private mutating func finish(_ draft: Draft) {
        guard !draft.isInformational else { return place = .statusLine }
        let head = draft.head(toMethod: method)
        self.head = head
        place =
            switch head.ending {
            case .nothing, .length(0): .behind
            case .length(let length): .content(left: length)
            case .chunked: .chunkSize(0, digits: 0)
            case .close: .contentToClose
            }
    }

    /// Where `octet` leads in what surrounds the chunks (RFC 9112, section 7.1).
    private mutating func placeBetweenChunks(behind octet: UInt8) throws(HTTPFault) -> Place {
        switch (place, octet) {
        case (.chunkSize(let size, 1...), .carriageReturn): return .chunkSizeLineFeed(size: size)
        case (.chunkSize(let size, 1...), UInt8(ascii: ";")): return .chunkExtension(size: size)
        case (.chunkSize(let size, let digits), _):
            guard digits < 16, size <= Int.max >> 4, let digit = octet.hexadecimalDigit else { return .malformed }
            return .chunkSize(size << 4 | digit, digits: digits + 1)
        case (.chunkExtension(let size), .carriageReturn): return .chunkSizeLineFeed(size: size)
        case (.chunkExtension, .lineFeed): return .malformed
        case (.chunkExtension, _):
            try countTowardsHead(1)
            return place
        case (.chunkSizeLineFeed(0), .lineFeed): return .trailer
        case (.chunkSizeLineFeed(let size), .lineFeed): return .chunk(left: size)
        case (.chunkCarriageReturn, .carriageReturn): return .chunkLineFeed
        case (.chunkLineFeed, .lineFeed): return .chunkSize(0, digits: 0)
        default: return .malformed
        }
    }
}
