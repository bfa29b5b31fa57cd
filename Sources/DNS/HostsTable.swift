public import Addressing
import Glibc

/// The table of host names of this node, `hosts(5)`: an address a line, its names behind it, `#` before a comment.
///
///     10.103.97.2  apiserver.cluster.local  api   # an address may stand on several lines, a name as well
public struct HostsTable: Hashable, Sendable {
    /// The text of the file.
    public var text: String

    /// Where the file is on every Linux.
    public static let path = "/etc/hosts"

    /// A table of this text, of which nothing is read before it is asked for.
    public init(_ text: String = "") { self.text = text }

    /// A line that has the name.
    public struct Entry: Hashable, Sendable {
        /// Its number in the file, from 1.
        public var line: Int
        /// The first word of the line, which need not be an address.
        public var address: String

        /// Creates an entry; lines are counted from 1.
        public init(line: Int, address: String) {
            self.line = line
            self.address = address
        }
    }

    /// The lines that give `name` an address, in order. Names are compared without the case of letters. `getent hosts
    /// NAME`
    public func entries(of name: String) -> [Entry] {
        let name = name.lowercased()
        return lines(holding: name).compactMap { line, text in
            let fields = text.split(whereSeparator: \.isWhitespace)
            guard let address = fields.first, fields.dropFirst().contains(where: { $0.lowercased() == name })
            else { return nil }
            return Entry(line: line, address: String(address))
        }
    }

    /// The addresses that `name` has, each once, in order; entries with something else in the place of an address say
    /// nothing.
    public func addresses(of name: String) -> [IPAddress] {
        var known: Set<IPAddress> = []
        return entries(of: name).compactMap { IPAddress($0.address) }.filter { known.insert($0).inserted }
    }

    /// The lines that have `name` somewhere, without their comments, and their numbers from 1.
    ///
    /// The functions of the C library look for it: the file may be long, and somebody is waiting.
    private func lines(holding name: String) -> [(number: Int, text: String)] {
        var found: [(number: Int, text: String)] = []
        var text = text
        text.withUTF8 { octets in
            var rest = UnsafeRawBufferPointer(octets)[...]
            var number = 0
            while !rest.isEmpty {
                number += 1
                let line = rest.prefix(before: UInt8(ascii: "\n"))
                let entry = line.prefix(before: UInt8(ascii: "#"))
                if entry.holds(name) { found.append((number, String(decoding: entry, as: UTF8.self))) }
                rest = rest[min(line.endIndex + 1, rest.endIndex)...]
            }
        }
        return found
    }
}

extension Slice<UnsafeRawBufferPointer> {
    private func firstIndex(of octet: UInt8, from start: Int) -> Int? {
        guard start < endIndex, let base = base.baseAddress else { return nil }
        return memchr(base + start, Int32(octet), endIndex - start).map { UnsafeRawPointer($0) - base }
    }

    /// All in front of the first such octet.
    fileprivate func prefix(before octet: UInt8) -> Self {
        self[..<(firstIndex(of: octet, from: startIndex) ?? endIndex)]
    }

    /// Whether `name`, which is of lower case, is somewhere in it, in whatever case.
    fileprivate func holds(_ name: String) -> Bool {
        guard let base = base.baseAddress, let first = name.utf8.first else { return false }
        for octet in [first, UInt8(truncatingIfNeeded: toupper(Int32(first)))] {
            var place = firstIndex(of: octet, from: startIndex)
            while let index = place {
                let candidate = (base + index).assumingMemoryBound(to: CChar.self)
                if endIndex - index >= name.utf8.count, strncasecmp(candidate, name, name.utf8.count) == 0 {
                    return true
                }
                place = firstIndex(of: octet, from: index + 1)
            }
        }
        return false
    }
}
