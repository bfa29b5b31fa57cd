/// The parts of a response's head that matter to a probe (RFC 9112).
package struct HTTPResponseHead: Hashable {
    package var status: Int
    /// The first `Location`, without the blanks around it; `nil` without one.
    ///
    /// What is no UTF-8 in it is repaired.
    package var location: String?
    /// Whether another request may follow on the connection (RFC 9112, section 9.3).
    package var isPersistent: Bool
    package var version: Version
    package var ending: Ending

    /// A head of its parts.
    package init(status: Int, location: String?, isPersistent: Bool, version: Version, ending: Ending) {
        self.status = status
        self.location = location
        self.isPersistent = isPersistent
        self.version = version
        self.ending = ending
    }

    package enum Version: Hashable {
        case http10, http11
    }

    /// What shows where a response ends (RFC 9112, section 6.3).
    package enum Ending: Hashable {
        /// The head, as there is no content: to `HEAD`, 204, 304, and where the protocol changes.
        case nothing
        /// The number of octets behind the head.
        case length(Int)
        /// The last chunk and the trailers.
        case chunked
        /// The end of the connection.
        case close
    }
}

extension HTTPResponseParser {
    /// A field within its line: `Name: value`, both without the blanks around them.
    struct Field {
        let name: Range<Int>
        let value: Range<Int>

        init(_ line: RawSpan) throws(HTTPFault) {
            var end = 0
            while end < line.byteCount, line[end].isTokenCharacter { end += 1 }
            var colon = end
            // No server should send these blanks, but there is one way to read them (RFC 9112, section 5.1).
            while colon < line.byteCount, line[colon].isBlank { colon += 1 }
            guard end > 0, colon < line.byteCount, line[colon] == UInt8(ascii: ":") else {
                throw .notHTTP(Self.complaint(about: line))
            }
            for offset in colon..<line.byteCount where line[offset].isDangerous {
                throw .notHTTP("a control character in the field \(line.extracting(first: end).quoted)")
            }
            name = 0..<end
            value = line.trimming(colon + 1..<line.byteCount)
        }

        private static func complaint(about line: RawSpan) -> String {
            guard !line[0].isBlank else { return "a blank before the first header field" }
            guard let colon = line.firstOffset(of: UInt8(ascii: ":")) else { return "a header field without a colon" }
            return "a header field named \(line.extracting(first: colon).quoted)"
        }
    }

    /// A head of which lines are still to come.
    struct Draft {
        private let version: HTTPResponseHead.Version
        private let status: Int
        private var location: String?
        private var length: Int?
        /// Whether the last transfer coding is `chunked`; `nil` when there is none.
        private var isChunked: Bool?
        private var wantsClose = false
        private var wantsKeepAlive = false

        /// The head that starts with `line`, such as `HTTP/1.1 200 OK`; the words at the end may be missing.
        init(statusLine line: RawSpan) throws(HTTPFault) {
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            guard line.starts(with: "HTTP/"), line.byteCount > 8, digits ~= line[5], line[5] > digits.lowerBound,
                line[6] == UInt8(ascii: "."), digits ~= line[7], line[8] == .space
            else { throw .notHTTP("an unknown version: \(line.quoted)") }
            // A higher minor version is to be read as 1.1 (RFC 9110, section 2.5). Some programs write "HTTP/2.0" into
            // a head of HTTP/1; nothing that is new in 1.1 is expected of them.
            version = line[5] == UInt8(ascii: "1") && line[7] > digits.lowerBound ? .http11 : .http10
            let end = 12
            guard line.byteCount == end || line.byteCount > end && line[end] == .space,
                let status = line.extracting(9..<end).decimalNumber, status >= 100
            else { throw .notHTTP("no status: \(line.quoted)") }
            guard line.firstOffset(of: .carriageReturn) == nil else { throw .notHTTP("a bare carriage return") }
            self.status = status
        }

        /// Whether the head is one of those that precede the final one (RFC 9110, section 15.2).
        var isInformational: Bool { status < 200 && status != 101 }

        /// Adds `field`, which has been found in `line`.
        mutating func add(_ field: Field, of line: RawSpan) throws(HTTPFault) {
            let name = line.extracting(field.name)
            let value = line.extracting(field.value)
            // The length is soon compared, and seldom the one of another field.
            switch name.byteCount {
            case 8 where location == nil && name.isEqual(to: "location"):
                location = value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            case 10 where name.isEqual(to: "connection"):
                value.forEachElement { element in
                    if element.isEqual(to: "close") { wantsClose = true }
                    if element.isEqual(to: "keep-alive") { wantsKeepAlive = true }
                }
            case 14 where name.isEqual(to: "content-length"):
                try add(lengths: value)
            case 17 where name.isEqual(to: "transfer-encoding"):
                isChunked = isChunked ?? false
                value.forEachElement { isChunked = $0.isEqual(to: "chunked") }
            default: break
            }
        }

        /// Adds a `Content-Length`; equal ones, in a list or in several fields, are one (RFC 9112, section 6.3).
        private mutating func add(lengths value: RawSpan) throws(HTTPFault) {
            var numbers: [Int?] = []
            value.forEachElement { numbers.append($0.decimalNumber) }
            guard !numbers.isEmpty, !numbers.contains(nil) else {
                throw .notHTTP("the Content-Length \(value.quoted)")
            }
            for case let number? in numbers {
                guard number == length ?? number else { throw .notHTTP("two different Content-Lengths") }
                length = number
            }
        }

        /// The finished head of a response to a request with `method`.
        func head(toMethod method: String) -> HTTPResponseHead {
            let isSwitch = status == 101 || method == "CONNECT" && 200..<300 ~= status
            let ending: HTTPResponseHead.Ending =
                if isSwitch || method == "HEAD" || status == 204 || status == 304 {
                    .nothing
                } else if let isChunked {
                    isChunked ? .chunked : .close
                } else {
                    length.map { .length($0) } ?? .close
                }
            // A server that states two lengths, or one that its version does not have, is not to be trusted with the
            // next response (RFC 9112, sections 6.1 and 6.3).
            let isSure = isChunked == nil || length == nil && version == .http11
            let isWanted = !wantsClose && (version == .http11 || wantsKeepAlive)
            return HTTPResponseHead(
                status: status, location: location, isPersistent: isWanted && isSure && !isSwitch && ending != .close,
                version: version, ending: ending)
        }
    }
}
