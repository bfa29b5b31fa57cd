import Addressing

extension Message {
    /// The message as it is sent in a datagram; on a stream its length stands in front of it (RFC 1035, 4.2.2).
    ///
    /// Names are not compressed. Of more than 65,535 questions or records of a kind, or octets in a record, the rest is
    /// left out.
    public var encoded: [UInt8] {
        var octets: [UInt8] = []
        octets.append(word: head.id)
        let bits = UInt16(head.operation & 0xf) << 11 | head.code.rawValue & 0xf
        octets.append(word: head.flags.intersection(.all).rawValue | bits)
        let most = Int(UInt16.max)
        let sections = [answers.prefix(most), authorities.prefix(most), additional.prefix(most - 1)]
        octets.append(word: UInt16(min(most, head.questions.count)))
        for section in sections[..<2] { octets.append(word: UInt16(section.count)) }
        octets.append(word: UInt16(sections[2].count + (datagramSize == nil ? 0 : 1)))
        for question in head.questions.prefix(most) {
            octets += question.name.wireForm
            octets.append(word: question.type.rawValue)
            octets.append(word: internetClass)
        }
        for record in sections.joined() { octets.append(record) }
        if let datagramSize { octets.appendOptions(datagramSize, code: head.code) }
        return octets
    }
}

extension [UInt8] {
    /// Writes `word` in network order.
    fileprivate mutating func append(word: UInt16) {
        append(UInt8(word >> 8))
        append(UInt8(truncatingIfNeeded: word))
    }

    fileprivate mutating func append(_ record: Record) {
        self += record.name.wireForm
        append(word: record.data.type.rawValue)
        if case .other(_, let `class`, _) = record.data { append(word: `class`) } else { append(word: internetClass) }
        append(word: UInt16(record.timeToLive >> 16))
        append(word: UInt16(truncatingIfNeeded: record.timeToLive))
        let data = record.data.encoded.prefix(Int(UInt16.max))
        append(word: UInt16(data.count))
        self += data
    }

    /// The record of the type `OPT`, whose class is the size of datagrams and whose time to live begins with the upper
    /// bits of the code.
    fileprivate mutating func appendOptions(_ datagramSize: UInt16, code: ResponseCode) {
        append(0)
        append(word: RecordType.opt.rawValue)
        append(word: datagramSize)
        append(word: (code.rawValue >> 4) << 8)
        append(word: 0)
        append(word: 0)
    }
}

extension RecordData {
    fileprivate var encoded: [UInt8] {
        switch self {
        case .address(let address): return address.octets
        case .alias(let name): return name.wireForm
        case .service(let service):
            var octets: [UInt8] = []
            for word in [service.priority, service.weight, service.port] { octets.append(word: word) }
            return octets + service.target.wireForm
        case .other(_, _, let data): return data
        }
    }
}
