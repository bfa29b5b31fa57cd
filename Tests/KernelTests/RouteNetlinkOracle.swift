import Addressing
import Foundation
import KernelTestKit
import RouteNetlink
import Testing

extension IPCommand {
    /// What `ip -j` prints for these words; an empty list where it prints nothing.
    static func list<Element: Decodable>(_ words: String, as type: Element.Type = Element.self) throws -> [Element] {
        let output = try run("-j \(words)")
        let text = output.allSatisfy(\.isWhitespace) ? "[]" : output
        return try JSONDecoder().decode([Element].self, from: Data(text.utf8))
    }
}

/// A route in the words of `ip -j -d route`.
struct ShownRoute: Codable, Hashable {
    /// A gateway of another family than the route.
    struct Via: Codable, Hashable {
        var family: String
        var host: String
    }

    struct NextHop: Codable, Hashable {
        var gateway: String?
        var dev: String?
        var weight: Int
    }

    var type: String
    var dst: String
    var from: String?
    var gateway: String?
    var via: Via?
    var dev: String?
    var table: String?
    var `protocol`: String?
    var scope: String?
    var prefsrc: String?
    var metric: UInt32?
    var nexthops: [NextHop]?

    /// All routes of both families.
    static func all() throws -> Set<ShownRoute> {
        let shown = try ["-4", "-6"].flatMap {
            try IPCommand.list("-d \($0) route show table all", as: ShownRoute.self)
        }
        return Set(shown)
    }

    /// The routes of one table to exactly `destination`.
    static func to(_ destination: CIDR, table: RouteTable) throws -> [ShownRoute] {
        let family = destination.address.family == .ipv4 ? "-4" : "-6"
        return try IPCommand.list("-d \(family) route show table \(table) exact \(destination)")
    }
}

extension ShownRoute {
    /// The route as `ip` would show it.
    init(_ route: Route, links: [LinkIndex: String]) {
        func text(_ block: CIDR) -> String {
            block.prefixLength == block.address.family.bitWidth ? "\(block.address)" : "\(block)"
        }
        func name(_ link: LinkIndex?) -> String? { link.flatMap { links[$0] } }
        self.init(
            type: "\(route.type)", dst: route.destination.prefixLength == 0 ? "default" : text(route.destination),
            from: route.source.map(text),
            gateway: route.gateway.flatMap { $0.family == route.family ? "\($0)" : nil },
            via: route.gateway.flatMap { $0.family == route.family ? nil : Via(family: "inet6", host: "\($0)") },
            dev: name(route.outputInterface),
            table: "\(route.table)", protocol: "\(route.protocol)", scope: route.scope.map { "\($0)" },
            prefsrc: route.preferredSource.map { "\($0)" },
            metric: route.family == .ipv4 && route.metric == 0 ? nil : route.metric,
            nexthops: route.nextHops.isEmpty
                ? nil
                : route.nextHops.map {
                    NextHop(gateway: $0.gateway.map { "\($0)" }, dev: name($0.outputInterface), weight: $0.weight)
                })
    }
}

/// A link in the words of `ip -j -d link` and `ip -j address`.
struct ShownLink: Decodable {
    struct Kind: Decodable {
        var info_kind: String?
    }

    struct Address: Decodable {
        var family: String
        var local: String
        var address: String?
        var prefixlen: Int
        var scope: String
        var label: String?
    }

    var ifindex: UInt32
    var ifname: String
    var flags: [String]
    var mtu: UInt32
    var operstate: String
    var linkinfo: Kind?
    var addr_info: [Address]?
}

/// A dummy link that is up, with addresses, for the time of a test; with it go its routes.
struct TestLink {
    static let name = "rn-test"
    static let address = "10.66.1.3"
    static let address6 = "fd66:1::3"

    let client: RouteNetlinkClient
    let index: LinkIndex

    static func with(_ body: (TestLink) throws -> Void) throws {
        let client = try RouteNetlinkClient()
        let before = Set(try client.routes())
        do {
            try IPCommand.run([
                "link add \(name) type dummy", "link set \(name) up", "address add \(address)/24 dev \(name)",
                "address add \(address6)/64 dev \(name) nodad",
            ])
            defer { IPCommand.cleanUp("link delete \(name)") }
            let link = try #require(try client.link(named: name))
            try body(TestLink(client: client, index: link.index))
        }
        #expect(Set(try client.routes()) == before, "the test cleans up after itself")
    }

    /// Routes as `ip` names their links.
    func shown(_ routes: [Route]) throws -> [ShownRoute] {
        let links = Dictionary(uniqueKeysWithValues: try client.links().map { ($0.index, $0.name) })
        return routes.map { ShownRoute($0, links: links) }
    }
}

func ipAddress(_ text: String) throws -> IPAddress {
    let address = IPAddress(text)
    return try #require(address)
}

/// A block from `10.0.0.0/8`, or a single address.
func addressBlock(_ text: String) throws -> CIDR {
    let parts = text.split(separator: "/")
    let address = try ipAddress(String(parts[0]))
    let block = parts.count == 2 ? CIDR(address: address, prefixLength: Int(parts[1]) ?? -1) : CIDR(host: address)
    return try #require(block)
}
