import CYAML

/// One step through a document.
struct YAMLEvent {
    /// What libyaml found.
    enum Kind: Hashable {
        case streamStart, streamEnd, documentStart, documentEnd
        case scalar(String, YAMLStyle)
        case alias(String)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    var kind: Kind
    /// The anchor and the tag in front of a node.
    var anchor: String?
    var tag: String?
    /// Where it stands: in characters, without a byte order mark.
    var range: Range<Int>
    /// Where it begins for people.
    var place: YAMLPlace
    /// Whether it ends in the line in which it begins.
    var isOneLine: Bool
}

/// The events of a YAML 1.1 text, one at a time, from libyaml.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Of this text in UTF-8, which has to stay where it is.
    init(_ octets: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("there is no memory for a parser") }
        yaml_parser_set_input_string(parser, octets.baseAddress, octets.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; none must be asked for behind the end of the stream.
    mutating func next() throws(YAMLProblem) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { yaml_event_delete(&event) }
        let (start, end) = (event.start_mark, event.end_mark)
        var result = YAMLEvent(
            kind: .streamEnd, range: start.index..<end.index,
            place: YAMLPlace(line: start.line + 1, column: start.column + 1), isOneLine: start.line == end.line)
        switch event.type {
        case YAML_STREAM_START_EVENT: result.kind = .streamStart
        case YAML_STREAM_END_EVENT: result.kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: result.kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: result.kind = .documentEnd
        case YAML_ALIAS_EVENT: result.kind = .alias(Self.text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let octets = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            result.kind = .scalar(String(decoding: octets, as: UTF8.self), Self.style(scalar.style))
            (result.anchor, result.tag) = (Self.text(scalar.anchor), Self.text(scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            result.kind = .sequenceStart
            result.anchor = Self.text(event.data.sequence_start.anchor)
            result.tag = Self.text(event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            result.kind = .mappingStart
            result.anchor = Self.text(event.data.mapping_start.anchor)
            result.tag = Self.text(event.data.mapping_start.tag)
        case YAML_SEQUENCE_END_EVENT: result.kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: result.kind = .mappingEnd
        default: throw YAMLProblem(.syntax, at: result.place, "it is not YAML")
        }
        return result
    }

    private var problem: YAMLProblem {
        let reason = parser.pointee.problem.map { String(cString: $0) } ?? "no reason is known"
        // The reader of characters knows no lines.
        guard parser.pointee.error != YAML_READER_ERROR else {
            return YAMLProblem(.syntax, offset: parser.pointee.problem_offset, "it is not YAML: \(reason)")
        }
        let mark = parser.pointee.problem_mark
        return YAMLProblem(
            .syntax, at: YAMLPlace(line: Int(mark.line) + 1, column: Int(mark.column) + 1), "it is not YAML: \(reason)")
    }

    private static func text(_ string: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        string.map { String(cString: $0) }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLStyle {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .literal
        default: .plain
        }
    }
}
