import ProbingTestKit
import Testing

@testable import LVSCareHTTP

/// Answers of HTTP/1 as octets, without a connection.
@Suite struct HTTPResponseParserTests {
    /// What is said of octets that come in these pieces, at the end of which the connection ends.
    struct Reading: Hashable {
        var head: HTTPResponseHead?
        var content = 0
        var standing: HTTPExamples.Standing?
        /// What the octets or, if they have none, the end of the connection is blamed for.
        var fault: HTTPFault?

        init(_ pieces: [ArraySlice<UInt8>], method: String = "GET") {
            var answer = HTTPResponseParser(toMethod: method)
            do throws(HTTPFault) {
                for piece in pieces { try answer.receive(piece.span.bytes) }
                let (wasComplete, wasBroken) = (answer.isComplete, answer.isBroken)
                try answer.receiveEnd()
                standing =
                    if wasComplete {
                        answer.hasSurplus ? .surplus : .complete
                    } else {
                        wasBroken ? .broken : answer.isComplete ? .untilClose : .open
                    }
            } catch {
                fault = error
            }
            head = answer.head
            content = answer.contentCount
        }
    }

    @Test(arguments: HTTPExamples.sound + HTTPExamples.disputed)
    func `a response is read the same in any pieces`(example: HTTPExamples.Example) {
        let octets = Array(example.octets.utf8)
        let whole = Reading([octets[...]], method: example.method)
        #expect(whole.head == example.head)
        #expect(whole.content == example.content)
        #expect(whole.standing == example.standing)
        expectSame(octets, as: whole, method: example.method)
    }

    @Test(arguments: HTTPExamples.faults)
    func `a faulty head is refused, and why`(octets: String, reason: String) {
        let octets = Array(octets.utf8)
        let whole = Reading([octets[...]])
        #expect(whole.fault == HTTPFault(.protocolError, "the answer is not HTTP/1 (\(reason))"))
        #expect(whole.head == nil)
        expectSame(octets, as: whole)
    }

    @Test(arguments: HTTPExamples.cutOff)
    func `an end before the head is a reset`(octets: String) {
        let octets = Array(octets.utf8)
        #expect(Reading([octets[...]]).fault == .closedEarly)
        expectSame(octets, as: Reading([octets[...]]))
    }

    @Test func `a location that is no UTF-8 is repaired`() {
        let octets = Array("HTTP/1.1 302 Found\r\nLocation: /a".utf8) + [0xff] + Array("b\r\n\r\n".utf8)
        let reading = Reading([octets[...]])
        #expect(reading.head?.location == "/a\u{fffd}b")
        expectSame(octets, as: reading)
    }

    /// Octets up to the limit are a head, and one more is none; so with fields.
    @Test(arguments: ["", "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"])
    func `a head has limits`(before: String) {
        func head(octets count: Int) -> [UInt8] {
            let fixed = "\(before)HTTP/1.1 200 OK\r\nX: \r\n\r\n"
            let value = String(repeating: "x", count: count - fixed.utf8.count)
            return Array("\(before)HTTP/1.1 200 OK\r\nX: \(value)\r\n\r\n".utf8)
        }
        func head(fields count: Int) -> [UInt8] {
            let fields = String(repeating: "X-Many: x\r\n", count: count - (before.isEmpty ? 0 : 1))
            return Array("\(before)HTTP/1.1 200 OK\r\n\(fields)\r\n".utf8)
        }
        let good = [head(octets: HTTPResponseParser.longestHead), head(fields: HTTPResponseParser.mostFields)]
        let bad = [head(octets: HTTPResponseParser.longestHead + 1), head(fields: HTTPResponseParser.mostFields + 1)]
        for octets in good + bad {
            let reading = Reading([octets[...]])
            #expect(Reading(octets.indices.map { octets[$0...$0] }) == reading)
            let isGood = good.contains(octets)
            #expect(reading.head?.status == (isGood ? 200 : nil))
            #expect(reading.fault == (isGood ? nil : .headTooLarge))
        }
    }

    /// What is skipped is not kept, nor taken for ever.
    @Test(arguments: ["0;", "0\r\nX: "])
    func `chunk extensions and trailers have limits`(last: String) {
        let start = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(last)".utf8)
        let (more, end) = ([UInt8](repeating: 0x78, count: 16384), Array("\r\n\r\n".utf8))
        let short = Reading([start[...], more[...], end[...]])
        #expect(short.standing == .open || short.standing == .complete)
        let long = Reading([start[...]] + Array(repeating: more[...], count: 4) + [end[...]])
        #expect(long.standing == .broken)
        #expect(long.head?.status == 200)
    }

    @Test func `an endless response needs no memory`() throws {
        for (head, standing) in [
            ("", HTTPExamples.Standing.untilClose), ("Content-Length: 9223372036854775807\r\n", .open),
        ] {
            let start = Array("HTTP/1.1 200 OK\r\n\(head)\r\n".utf8)
            let more = [UInt8](repeating: 0, count: 1 << 20)
            let reading = Reading([start[...]] + Array(repeating: more[...], count: 100))
            #expect(reading.content == 100 << 20)
            #expect(reading.standing == standing)
        }
    }

    /// A fault is told once, and nothing comes behind it.
    @Test func `octets behind a fault are ignored`() throws {
        var answer = HTTPResponseParser(toMethod: "GET")
        let (bad, good) = (Array("x\r\n".utf8), Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
        #expect(throws: HTTPFault.self) { try answer.receive(bad.span.bytes) }
        try answer.receive(good.span.bytes)
        #expect(answer.head == nil && answer.isBroken && !answer.isComplete)
    }
}

/// Every way to cut the octets in two, and octet by octet, gives the same reading.
private func expectSame(_ octets: [UInt8], as whole: HTTPResponseParserTests.Reading, method: String = "GET") {
    for index in octets.indices {
        #expect(
            HTTPResponseParserTests.Reading([octets[..<index], octets[index...]], method: method) == whole,
            "at \(index)")
    }
    #expect(HTTPResponseParserTests.Reading(octets.indices.map { octets[$0...$0] }, method: method) == whole)
}
