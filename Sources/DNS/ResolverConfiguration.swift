public import Addressing

/// The name servers of this node and how to ask them: `resolv.conf(5)`.
///
/// Of its options those are known that are below; the others are about the C library's own ways and say nothing here.
public struct ResolverConfiguration: Hashable, Sendable {
    /// The servers, in the order in which they are asked; a file names three at most (`nameserver`). There is always
    /// one.
    public var servers: [Endpoint] { didSet { if servers.isEmpty { servers = Self.ownServer } } }
    /// Domains below which a name with few dots is looked for (`search`, `domain`).
    public var search: [DomainName]
    /// Dots from which on a name is first asked for as it is, 0–15 (`options ndots:1`).
    public var ndots: Int { didSet { ndots = Self.within(0, ndots, 15) } }
    /// Time that a server has for an answer, 1–30 s (`options timeout:5`).
    public var timeout: Duration { didSet { timeout = Self.within(.seconds(1), timeout, .seconds(30)) } }
    /// How often a server that is silent is asked, 1–5 (`options attempts:2`).
    public var attempts: Int { didSet { attempts = Self.within(1, attempts, 5) } }
    /// Whether each lookup begins with another server (`options rotate`).
    public var rotates: Bool
    /// Whether datagrams are not used at all (`options use-vc`).
    public var usesStreams: Bool

    /// Where the file is on every Linux.
    public static let path = "/etc/resolv.conf"
    /// The port of all servers.
    public static let port: UInt16 = 53
    /// Most servers that are used (`MAXNS`).
    static let mostServers = 3
    /// Who is asked where the file names nobody.
    private static let ownServer = [Endpoint(address: .loopback(.ipv4), port: port)]

    /// A configuration of its parts, which are brought between their limits; without servers, that of this host is
    /// asked.
    public init(
        servers: [Endpoint] = [], search: [DomainName] = [], ndots: Int = 1, timeout: Duration = .seconds(5),
        attempts: Int = 2, rotates: Bool = false, usesStreams: Bool = false
    ) {
        self.servers = servers.isEmpty ? Self.ownServer : servers
        self.search = search
        self.ndots = Self.within(0, ndots, 15)
        self.timeout = Self.within(.seconds(1), timeout, .seconds(30))
        self.attempts = Self.within(1, attempts, 5)
        self.rotates = rotates
        self.usesStreams = usesStreams
    }

    /// Reads the text of the file.
    ///
    /// Whatever is no configuration says nothing, as for the C library. A server with a zone (`fe80::1%eth0`) is left
    /// out, because addresses have none here. Without `search` and `domain`, the domain is that of `hostName`: what is
    /// behind its first dot.
    public init(_ text: String, hostName: String = "") {
        self.init()
        var servers: [Endpoint] = []
        var search: [DomainName]?
        for line in text.split(whereSeparator: \.isNewline) {
            // A keyword stands at the beginning of its line.
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
            let fields = line.split(whereSeparator: \.isWhitespace)
            let values = fields.dropFirst()
            switch fields.first {
            case "nameserver":
                guard let address = values.first.flatMap({ IPAddress($0) }) else { continue }
                servers.append(Endpoint(address: address, port: Self.port))
            case "search":
                search = values.compactMap { DomainName($0) }
            case "domain":
                search = values.prefix(1).compactMap { DomainName($0) }
            case "options":
                for option in values { take(option) }
            default:
                continue
            }
        }
        if !servers.isEmpty { self.servers = Array(servers.prefix(Self.mostServers)) }
        let domain = hostName.split(separator: ".", maxSplits: 1).dropFirst().first
        self.search = search ?? [domain.flatMap { DomainName($0) }].compactMap(\.self)
    }

    private mutating func take(_ option: Substring) {
        let parts = option.split(separator: ":", maxSplits: 1)
        let number = parts.count == 2 ? Int(parts[1]) : nil
        switch (parts.first, number) {
        case ("ndots", let number?): ndots = number
        case ("timeout", let number?): timeout = .seconds(number)
        case ("attempts", let number?): attempts = number
        case ("rotate", nil): rotates = true
        case ("use-vc", nil): usesStreams = true
        default: break
        }
    }

    private static func within<Value: Comparable>(_ least: Value, _ value: Value, _ most: Value) -> Value {
        min(max(least, value), most)
    }

    /// The names to ask for where somebody says `text`, in order.
    ///
    /// One that ends in a dot is asked for as it is and nothing else.
    func candidates(for name: DomainName, written text: String) -> [DomainName] {
        guard !text.hasSuffix(".") else { return [name] }
        var candidates = search.compactMap { name.below($0) }
        let dots = name.labels.count - 1
        candidates.insert(name, at: dots >= ndots ? 0 : candidates.count)
        var known: Set<DomainName> = []
        return candidates.filter { known.insert($0).inserted }
    }
}
