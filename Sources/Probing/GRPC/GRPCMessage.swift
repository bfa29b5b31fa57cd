import LVSCareHTTP
import LVSCareModel

/// One message of a gRPC call on the wire: a prefix of five octets and the message, in however many pieces.
///
///     | compressed (8) | length (32) | message (length octets)
struct GRPCMessage {
    /// Octets that the message of a response may have: a status and perhaps something that only the future knows.
    static let longest = 16 * 1024
    private static let prefixLength = 5

    private var octets: [UInt8] = []

    /// `message` with its prefix, not compressed.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        var framed: [UInt8] = [0]
        framed.append(integer: UInt32(message.count))
        return framed + message
    }

    /// Takes in the next piece; throws as soon as it is certain that this is not the one message of a response.
    mutating func receive(_ piece: ArraySlice<UInt8>) throws(ProbeFault) {
        octets += piece
        guard let (compressed, length) = prefix else { return }
        guard compressed == 0 else {
            throw ProbeFault(.protocolError, "gRPC: the answer's message is compressed, which was not asked for")
        }
        guard length <= Self.longest else {
            throw ProbeFault(.protocolError, "gRPC: a message of \(length) octets, which is too long")
        }
        guard octets.count <= Self.prefixLength + Int(length) else {
            throw ProbeFault(.protocolError, "gRPC: more than one message")
        }
    }

    /// The message, when all pieces have come.
    func complete() throws(ProbeFault) -> ArraySlice<UInt8> {
        guard !octets.isEmpty else { throw ProbeFault(.protocolError, "gRPC: an answer without a message") }
        guard let (_, length) = prefix, octets.count >= Self.prefixLength + Int(length) else {
            throw ProbeFault(.protocolError, "gRPC: a message that is cut off")
        }
        return octets[Self.prefixLength...].prefix(Int(length))
    }

    private var prefix: (compressed: UInt8, length: UInt32)? {
        guard let length = octets[...].integer(at: 1, as: UInt32.self) else { return nil }
        return (octets[0], length)
    }
}
