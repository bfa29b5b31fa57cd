import Addressing
import LVSCareModel
import NFTables

/// Whose elements stand in a table of nf_tables that several processes share: a virtual service's, or a VIP's.
///
/// The keys of its elements begin with what tells it, so that each is found whoever put it there.
enum TableOwner: Hashable, Sendable {
    /// A virtual service, in a table that masquerades; port 0 is all ports.
    case service(TransportProtocol, Endpoint)
    /// A VIP, in the table that silences address resolution.
    case vip(IPAddress)

    /// The values with which the keys of its elements begin.
    var key: [SetValue] {
        switch self {
        case .service(let transport, let endpoint):
            [.address(endpoint.address), .transportProtocol(transport)]
                + (endpoint.port == 0 ? [] : [.port(endpoint.port)])
        case .vip(let address): [.address(address)]
        }
    }

    /// The set that has one element for it, as long as it has any.
    var set: SharedSet {
        switch self {
        case .service(_, let endpoint): endpoint.port == 0 ? .allPorts : .services
        case .vip: .vips
        }
    }

    /// The kind of table that has its elements.
    var kind: SharedTableKind {
        switch self {
        case .service(_, let endpoint): .masquerade(endpoint.address.family)
        case .vip: .resolution
        }
    }

    /// The virtual service; `nil` for a VIP.
    var service: VirtualService? {
        if case .service(let transport, let endpoint) = self { .endpoint(transport, endpoint) } else { nil }
    }

    /// The table that earlier versions of this program kept for it alone: `ip lvscare-10.103.97.2-6443` for TCP,
    /// `ip lvscare-udp-10.103.97.2-53`, `arp lvscare-10.103.97.2`.
    var former: Table.Identity {
        switch self {
        case .service(let transport, let endpoint):
            let word = transport == .tcp ? "" : "\(transport)-"
            return Table.Identity(
                kind.family, "\(SharedTableKind.prefix)\(word)\(endpoint.address.tableName)-\(endpoint.port)")
        case .vip(let address): return Table.Identity(.arp, "\(SharedTableKind.prefix)\(address.tableName)")
        }
    }

    /// Its one element as the `nft` command takes it: `element ip lvscare-bit-0 services { 10.0.0.1 . tcp . 80 }`.
    func element(in table: Table.Identity) -> String {
        let words: String =
            switch self {
            case .service(let transport, let endpoint):
                "\(endpoint.address) . \(transport)" + (endpoint.port == 0 ? "" : " . \(endpoint.port)")
            case .vip(let address): "\(address)"
            }
        return "element \(table) \(set.rawValue) { \(words) }"
    }
}

extension TableOwner {
    /// The owner of an element of the set `name` in a table of `kind`; `nil` for one that no owner can have.
    init?(of element: NamedSet.Element, in name: String, _ kind: SharedTableKind) {
        guard let set = SharedSet(rawValue: name), kind.sets.contains(set) else { return nil }
        let octets = element.octets
        switch kind {
        case .resolution:
            guard let address = IPAddress(octets: octets) else { return nil }
            self = .vip(address)
        case .masquerade(let family):
            let length = family.addressLength
            guard octets.count >= length + (set.isOfAllPorts ? 4 : 8),
                let address = IPAddress(octets: octets[..<length])
            else { return nil }
            let port = set.isOfAllPorts ? 0 : UInt16(octets[length + 4]) << 8 | UInt16(octets[length + 5])
            // That is what the other sets are for.
            guard set.isOfAllPorts || port != 0 else { return nil }
            self = .service(TransportProtocol(rawValue: octets[length]), Endpoint(address: address, port: port))
        }
    }
}

extension IPAddress {
    /// The address in the name of a table, without colons, which the `nft` command does not take.
    fileprivate var tableName: String {
        let colon = UInt8(ascii: ":")
        return String(decoding: description.utf8.map { $0 == colon ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }
}
