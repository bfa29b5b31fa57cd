import LVSCareHTTP
import LVSCareModel

/// The two messages of `grpc.health.v1.Health/Check` in protobuf's encoding.
///
///     message HealthCheckRequest { string service = 1; }
///     message HealthCheckResponse { ServingStatus status = 1; }
enum GRPCHealthMessage {
    /// The status of a service: `grpc.health.v1.HealthCheckResponse.ServingStatus`.
    struct ServingStatus: RawRepresentable, Hashable, CustomStringConvertible {
        let rawValue: Int32

        static let unknown = ServingStatus(rawValue: 0)
        static let serving = ServingStatus(rawValue: 1)
        static let notServing = ServingStatus(rawValue: 2)
        static let serviceUnknown = ServingStatus(rawValue: 3)

        private static let names = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"]

        /// The protocol's name, else the number.
        var description: String {
            Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "status \(rawValue)"
        }
    }

    /// How the value of a field is encoded: the low three bits of its tag.
    private enum WireType: UInt64 {
        case variable, eightOctets, lengthDelimited, groupStart, groupEnd, fourOctets
    }

    /// The request for `service`; what is empty is not encoded.
    static func request(for service: String) -> [UInt8] {
        var message: [UInt8] = []
        guard !service.isEmpty else { return message }
        message.append(UInt8(1 << 3 | WireType.lengthDelimited.rawValue))
        message.append(varint: UInt64(service.utf8.count))
        message.append(service)
        return message
    }

    /// The status in a response, of several the last; fields that are not known are skipped.
    static func status(in message: ArraySlice<UInt8>) throws(ProbeFault) -> ServingStatus {
        var message = message
        var status = ServingStatus.unknown
        /// The numbers of the groups that are open.
        var groups: [UInt64] = []
        while !message.isEmpty {
            guard let tag = message.readVarint(), let wireType = WireType(rawValue: tag & 7), tag >> 3 != 0 else {
                throw malformed
            }
            var isComplete = true
            switch wireType {
            case .variable:
                let value = message.readVarint()
                isComplete = value != nil
                if let value, tag >> 3 == 1, groups.isEmpty {
                    status = .init(rawValue: Int32(truncatingIfNeeded: value))
                }
            case .eightOctets: isComplete = message.readSlice(length: 8) != nil
            case .fourOctets: isComplete = message.readSlice(length: 4) != nil
            case .lengthDelimited:
                let length = message.readVarint().flatMap { Int(exactly: $0) }
                isComplete = length.flatMap { message.readSlice(length: $0) } != nil
            case .groupStart: groups.append(tag >> 3)
            case .groupEnd: isComplete = groups.popLast() == tag >> 3
            }
            guard isComplete else { throw malformed }
        }
        guard groups.isEmpty else { throw malformed }
        return status
    }

    private static let malformed = ProbeFault(.protocolError, "the answer is not a HealthCheckResponse")
}

extension [UInt8] {
    /// Writes seven bits an octet, the lowest first; all octets but the last have the high bit set.
    fileprivate mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

extension ArraySlice<UInt8> {
    /// Reads such a number of at most 64 bits; `nil` when it does not end.
    fileprivate mutating func readVarint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let octet = readInteger(as: UInt8.self) else { return nil }
            value |= UInt64(octet & 0x7f) << shift
            if octet & 0x80 == 0 { return value }
        }
        return nil
    }
}
