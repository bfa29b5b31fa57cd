import Director
import NIOCore

/// One message of a gRPC call on the wire: a prefix of five octets and the message, in however many pieces.
///
///     | compressed (8) | length (32) | message (length octets)
struct GRPCMessage {
    /// Octets that the message of an answer may have: a status and perhaps something that only the future knows.
    static let longest = 16 * 1024
    private static let prefixLength = 5

    private var octets = ByteBuffer()

    /// `message` with its prefix, not compressed.
    static func framed(_ message: ByteBuffer) -> ByteBuffer {
        var framed = ByteBuffer()
        framed.writeMultipleIntegers(UInt8(0), UInt32(message.readableBytes))
        framed.writeImmutableBuffer(message)
        return framed
    }

    /// Takes in the next piece; throws as soon as it is certain that this is not the one message of an answer.
    mutating func receive(_ piece: ByteBuffer) throws(ProbeFault) {
        octets.writeImmutableBuffer(piece)
        guard let (compressed, length) = prefix else { return }
        guard compressed == 0 else {
            throw ProbeFault(.protocolError, "gRPC: the answer's message is compressed, which was not asked for")
        }
        guard length <= Self.longest else {
            throw ProbeFault(.protocolError, "gRPC: a message of \(length) octets, which is too long")
        }
        guard octets.readableBytes <= Self.prefixLength + Int(length) else {
            throw ProbeFault(.protocolError, "gRPC: more than one message")
        }
    }

    /// The message, when all pieces have come.
    func complete() throws(ProbeFault) -> ByteBuffer {
        guard octets.readableBytes > 0 else { throw ProbeFault(.protocolError, "gRPC: an answer without a message") }
        guard let (_, length) = prefix,
            let message = octets.getSlice(at: octets.readerIndex + Self.prefixLength, length: Int(length))
        else { throw ProbeFault(.protocolError, "gRPC: a message that is cut off") }
        return message
    }

    private var prefix: (compressed: UInt8, length: UInt32)? {
        octets.getMultipleIntegers(at: octets.readerIndex, as: (UInt8, UInt32).self)
    }
}
