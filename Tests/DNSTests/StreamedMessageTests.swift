import DNS
import Testing

@Suite struct StreamedMessageTests {
    @Test(arguments: [1, 2, 3, 7, 100])
    func `comes in pieces`(size: Int) {
        let framed = StreamedMessage.framed(Captured.services) + [1, 2, 3]
        var (message, whole) = (StreamedMessage(), [UInt8]?.none)
        for start in stride(from: 0, to: framed.count, by: size) {
            let piece = Array(framed[start..<min(framed.count, start + size)])
            let isWhole = start + piece.count >= framed.count - 3
            whole = message.receive(piece.span.bytes)
            #expect((whole != nil) == isWhole)
        }
        #expect(whole == Captured.services)
    }

    @Test func `may be empty, and as long as its length can say`() {
        var message = StreamedMessage()
        #expect(message.receive([0, 0].span.bytes) == [])
        let long = [UInt8](repeating: 7, count: 70_000)
        let framed = StreamedMessage.framed(long)
        #expect(framed.count == StreamedMessage.mostOctets)
        message = StreamedMessage()
        #expect(message.receive(framed.span.bytes)?.count == 65_535)
        #expect(message.receive(long.span.bytes)?.count == 65_535)
    }
}
