import Director
import NIOCore
import NIOEmbedded
import NIOHTTP1
import ProbingTestKit
import Testing

@testable import LVSCareHTTP

/// Answers as another implementation reads them: NIO's decoder, which is llhttp.
@Suite struct HTTPResponseOracleTests {
    /// What both have to agree on.
    struct Reading: Hashable {
        var status: Int?
        var content = 0
        var isComplete = false
        var isCompleteAtEnd = false

        init(_ reading: HTTPResponseParserTests.Reading) {
            status = reading.head?.status
            content = reading.content
            isComplete = reading.standing == .complete || reading.standing == .surplus
            isCompleteAtEnd = isComplete || reading.standing == .untilClose
        }

        /// NIO's; an error is where the octets end.
        init(decoding octets: [UInt8], method: String) throws {
            let decoder = HTTPResponseDecoder(informationalResponseStrategy: .drop)
            let channel = EmbeddedChannel(handler: ByteToMessageHandler(decoder))
            try channel.writeOutbound(
                HTTPClientRequestPart.head(.init(version: .http1_1, method: .init(rawValue: method), uri: "/")))
            _ = try? channel.writeInbound(ByteBuffer(bytes: octets))
            try take(from: channel)
            isComplete = isCompleteAtEnd
            _ = try? channel.finish(acceptAlreadyClosed: true)
            try take(from: channel)
        }

        /// Only the first answer counts.
        private mutating func take(from channel: EmbeddedChannel) throws {
            while !isCompleteAtEnd, let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                switch part {
                case .head(let head): status = Int(head.status.code)
                case .body(let body): content += body.readableBytes
                case .end: isCompleteAtEnd = true
                }
            }
        }
    }

    /// Why an answer is not read as NIO's decoder reads it.
    enum Difference: CaseIterable {
        /// They may be taken for one (RFC 9112, section 6.3).
        case equalLengths
        /// `Transfer-Encoding` overrides `Content-Length` (RFC 9112, section 6.3).
        case twoFramings
        /// Empty elements of a list are ignored (RFC 9110, section 5.6.1.2).
        case emptyElement
        /// A tab is a blank, too (RFC 9110, section 5.6.3).
        case tabBehindValue
        /// Trailers have no say in the framing (RFC 9110, section 6.5.1).
        case framingTrailer
        /// They are skipped unseen.
        case chunkExtension
        /// Only with 2xx, what follows is not HTTP (RFC 9110, section 9.3.6).
        case refusedConnect
        /// Only the final head decides about the connection.
        case closeBeforeFinalHead
        /// There are none below 100 (RFC 9110, section 15).
        case lowStatus
        /// Only a server has to skip them (RFC 9112, section 2.2).
        case blankLineBeforeHead
        /// The decoder takes the second of two at the end of the status line for a line feed.
        case twoCarriageReturns
        /// A carriage return before the line feed may be missing (RFC 9112, section 2.2).
        case bareLineFeed
        /// A field may go on in the next line, behind a blank (RFC 9112, section 5.2).
        case foldedField
        /// A minor version that nobody knows yet is spoken like 1.1 (RFC 9110, section 2.5), and "HTTP/2.0" in a head of
        /// HTTP/1 like 1.0.
        case higherVersion
        /// All but three control characters in a value may stay (RFC 9110, section 5.5).
        case controlCharacter
        /// Blanks before the colon mean nothing (RFC 9112, section 5.1).
        case blankBeforeColon
        /// Equal ones may be taken for one (RFC 9112, section 6.3).
        case listOfLengths

        /// Whether this can be the reason.
        func explains(_ reading: HTTPResponseParserTests.Reading, of octets: [UInt8], method: String) -> Bool {
            let text = Array(String(decoding: octets, as: UTF8.self).lowercased().utf8)
            let isChunked = reading.head?.ending == .chunked
            return switch self {
            case .equalLengths: text.ranges(of: Array("content-length:".utf8)).count > 1
            case .twoFramings:
                reading.head?.isPersistent == false && text.contains("content-length:".utf8)
                    && text.contains("transfer-encoding:".utf8)
            case .emptyElement: isChunked && text.contains("chunked,".utf8)
            case .tabBehindValue: reading.head != nil && text.contains("\t\r\n".utf8)
            case .framingTrailer: isChunked && text.contains("\r\n0\r\ncontent-length:".utf8)
            case .chunkExtension: isChunked && text.contains(UInt8(ascii: ";"))
            case .refusedConnect: method == "CONNECT" && reading.head.map { $0.status >= 300 } ?? false
            case .closeBeforeFinalHead: text.starts(with: "http/1.1 1".utf8) && text.contains("close".utf8)
            case .lowStatus: text.contains("http/1.1 0".utf8) || text.contains("http/1.0 0".utf8)
            case .blankLineBeforeHead: reading.fault == .noStatusLine(but: [UInt8]().span.bytes)
            case .twoCarriageReturns: reading.fault == .notHTTP("a bare carriage return") && text.contains("\r\r".utf8)
            case .bareLineFeed: text.indices.contains { text[$0] == 10 && ($0 == 0 || text[$0 - 1] != 13) }
            case .higherVersion:
                reading.head != nil
                    && text.ranges(of: Array("http/".utf8)).contains {
                        "23456789".utf8.contains(text[$0.upperBound...].dropFirst(2).first ?? 0)
                            || text[$0.upperBound...].first != 0x31
                    }
            case .controlCharacter:
                reading.head != nil && text.contains { $0 == 0x7f || $0 < 0x20 && ![9, 10, 13].contains($0) }
            case .blankBeforeColon: reading.head != nil && (text.contains(" :".utf8) || text.contains("\t:".utf8))
            case .listOfLengths:
                text.split(separator: 10).contains { $0.starts(with: "content-length".utf8) && $0.contains(0x2c) }
            case .foldedField: text.contains("\r\n ".utf8) || text.contains("\r\n\t".utf8)
            }
        }
    }

    @Test(arguments: HTTPExamples.sound)
    func `responses are read as NIO reads them`(example: HTTPExamples.Example) throws {
        let octets = Array(example.octets.utf8)
        let reading = HTTPResponseParserTests.Reading([octets[...]], method: example.method)
        #expect(try Reading(decoding: octets, method: example.method) == Reading(reading))
    }

    /// Each has an example, and goes from the list when it is none any more.
    @Test func `differences from NIO have a reason`() throws {
        let refused = [
            "HTTP/1.1 099 Odd\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\rX: y\r\n\r\n",
        ]
        var rest = Set(Difference.allCases)
        for (text, method) in HTTPExamples.disputed.map({ ($0.octets, $0.method) }) + refused.map({ ($0, "GET") }) {
            let octets = Array(text.utf8)
            let reading = HTTPResponseParserTests.Reading([octets[...]], method: method)
            #expect(try Reading(decoding: octets, method: method) != Reading(reading), "\(text)")
            let reasons = Difference.allCases.filter { $0.explains(reading, of: octets, method: method) }
            #expect(reasons.count == 1, "\(text)")
            rest.subtract(reasons)
        }
        #expect(rest.isEmpty)
    }

    @Test func `changed responses are read as NIO reads them`() throws {
        var generator = SplitMix64(seed: 9112)
        var (agreements, heads) = (0, 0)
        for round in 0..<8000 {
            let example = HTTPExamples.sound[round % HTTPExamples.sound.count]
            let octets = changed(Array(example.octets.utf8), using: &generator)
            let reading = HTTPResponseParserTests.Reading([octets[...]], method: example.method)
            #expect(
                reading
                    == HTTPResponseParserTests.Reading(pieces(of: octets, using: &generator), method: example.method))
            guard try Reading(decoding: octets, method: example.method) != Reading(reading) else {
                agreements += 1
                heads += reading.head == nil ? 0 : 1
                continue
            }
            let isExplained = Difference.allCases.contains {
                $0.explains(reading, of: octets, method: example.method)
            }
            #expect(isExplained, "\(String(decoding: octets, as: UTF8.self).debugDescription): \(reading)")
        }
        #expect(agreements > 7700)
        #expect(heads > 2000)
    }

    /// Neither traps nor depends on the pieces.
    @Test func `garbage is read the same in any pieces`() {
        var generator = SplitMix64(seed: 9110)
        let words = [
            "HTTP/1.1 200 OK\r\n", "HTTP/1.0 100", "\r\n", "\r\n\r\n", "Content-Length:",
            "Transfer-Encoding: chunked\r\n",
            "7fffffffffffffff", "9", ";", ",", ":", " ", "0\r\n", "\0", "\n", "Connection: close\r\n",
            "Location: \u{e4}",
        ]
        for round in 0..<4000 {
            var octets: [UInt8] = []
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                if round.isMultiple(of: 2) {
                    octets += Array((words.randomElement(using: &generator) ?? "").utf8)
                } else {
                    octets.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            let whole = HTTPResponseParserTests.Reading([octets[...]])
            #expect(HTTPResponseParserTests.Reading(pieces(of: octets, using: &generator)) == whole)
        }
    }

    private func pieces(of octets: [UInt8], using generator: inout SplitMix64) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...20, using: &generator))
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }

    /// The octets with one to three changes of the kinds that errors and attacks are made of.
    private func changed(_ octets: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        let telling = Array("\r\n\t :;,0129aAfxHTTP/.-\0\u{7f}".utf8) + [0x80, 0xff]
        var octets = octets
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let start = Int.random(in: 0...octets.count, using: &generator)
            let end = min(octets.count, start + Int.random(in: 0...4, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: octets.replaceSubrange(start..<end, with: octets[start..<end] + octets[start..<end])
            case 1: octets.removeSubrange(start..<end)
            case 2: octets.removeSubrange((octets.count - end / 4)...)
            case 3: octets.insert(telling.randomElement(using: &generator) ?? 0, at: start)
            default:
                let octet = telling.randomElement(using: &generator) ?? 0
                octets.replaceSubrange(start..<min(octets.count, start + 1), with: [octet])
            }
        }
        return octets
    }
}
