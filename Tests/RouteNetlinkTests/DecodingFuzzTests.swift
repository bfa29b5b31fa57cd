import Addressing
import Director
import LVSCareModel
import Netlink
import NetlinkTestKit
import Testing

@testable import RouteNetlink

/// Whatever the bytes are, decoding ends: with a value, with none, or with an error that says what is wrong.
@Suite struct DecodingFuzzTests {
    /// Each decoder gets what is damaged of all kinds of messages.
    private func outcome(
        _ type: RouteMessage, seed: UInt64,
        _ decode: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Void
    ) throws -> FuzzOutcome {
        let captured =
            Captured.routes + Captured.addresses + Captured.link + CapturedNeighbours.all
            + OtherAttributeTests.captured
        let originals = try CapturedMessage.all(captured).filter { $0.header.type == type.rawValue }.map(\.payload)
        let header = NetlinkHeader(length: 16, type: type.rawValue, flags: [], sequence: 1, port: 1)
        return FuzzOutcome(of: originals, seed: seed) { (bytes) throws(NetlinkDecodingError) in
            try decode(header, bytes)
            _ = try RouteNotice(header: header, payload: bytes)
        }
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged routes are decoded or refused`(seed: UInt64) throws {
        let outcome = try outcome(.newRoute, seed: seed) { (header, bytes) throws(NetlinkDecodingError) in
            guard let route = try Route(header: header, payload: bytes) else { return }
            _ = (route.description, route.identity, route.hops, route.fulfills(route))
            var writer = AttributeWriter()
            route.encode(into: &writer)
            let again = try? Route(header: header, payload: writer.bytes.span.bytes)
            if again?.normalized != route.normalized { Issue.record("\(route) became \(String(describing: again))") }
        }
        #expect(outcome.isTelling)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged addresses are decoded or refused`(seed: UInt64) throws {
        let outcome = try outcome(.newAddress, seed: seed) { (header, bytes) throws(NetlinkDecodingError) in
            guard let address = try InterfaceAddress(header: header, payload: bytes) else { return }
            _ = (address.description, address.network, address.isUsable)
            var writer = AttributeWriter()
            address.encode(into: &writer)
        }
        #expect(outcome.isTelling)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged links are decoded or refused`(seed: UInt64) throws {
        let outcome = try outcome(.newLink, seed: seed) { (header, bytes) throws(NetlinkDecodingError) in
            _ = try Link(header: header, payload: bytes)
        }
        #expect(outcome.isTelling)
    }

    @Test(arguments: Fuzzer.seeds)
    func `damaged neighbours are decoded or refused`(seed: UInt64) throws {
        let outcome = try outcome(.newNeighbour, seed: seed) { (header, bytes) throws(NetlinkDecodingError) in
            _ = try Neighbour(header: header, payload: bytes)?.description
        }
        #expect(outcome.isTelling)
    }

    /// Found by damage: of a block without a prefix the address is not sent, so that it cannot tell two routes apart.
    @Test func `an address without a prefix counts for nothing`() throws {
        for text in ["10.9.9.9", "fd00::9"] {
            let address = try address(text)
            let route = Route(destination: try #require(CIDR(address: address, prefixLength: 0)))
            #expect(route.normalized.destination == CIDR(all: address.family))
        }
    }

    /// Routes of random parts read back as they were.
    @Test(arguments: UInt64(1)...20)
    func `random routes survive encoding and decoding`(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let route = try Route.random(&generator)
            let sent = try request { try $0.add(route) }
            let decoded = try #require(try Route(header: sent.header, payload: sent.payload.span.bytes))
            #expect(decoded.normalized == route.normalized, "\(route)")
        }
    }
}

extension Route {
    fileprivate static func random(_ generator: inout SplitMix64) throws -> Route {
        let family: IPAddress.Family = Bool.random(using: &generator) ? .ipv4 : .ipv6
        func number(_ range: ClosedRange<UInt32>) -> UInt32 { UInt32.random(in: range, using: &generator) }
        func address() -> IPAddress {
            let octets = (0..<family.addressLength).map { _ in UInt8(number(1...255)) }
            return IPAddress(octets: octets) ?? .unspecified(family)
        }
        func link() -> LinkIndex { LinkIndex(rawValue: number(1...999)) }
        func maybe<Value>(_ value: @autoclosure () -> Value) -> Value? { number(0...1) == 0 ? nil : value() }

        let prefixLength = Int(number(0...UInt32(family.bitWidth)))
        // Without a prefix there is no attribute for the address.
        let destination = CIDR(
            address: prefixLength == 0 ? .unspecified(family) : address(), prefixLength: prefixLength)
        var route = Route(destination: try #require(destination))
        route.table = RouteTable(rawValue: number(1...70_000))
        route.type = RouteType(rawValue: UInt8(number(1...9)))
        route.protocol = RouteProtocol(rawValue: UInt8(number(3...255)))
        route.metric = maybe(number(1...UInt32.max))
        route.preferredSource = maybe(address())
        switch number(0...3) {
        case 0: route.nextHopID = number(1...99)
        case 1:
            route.nextHops = (0..<3).map { _ in
                NextHop(outputInterface: link(), gateway: maybe(address()), weight: Int(number(1...256)))
            }
        default:
            route.gateway = maybe(address())
            route.outputInterface = maybe(link())
            if number(0...1) == 0 { route.flags = .onLink }
        }
        return route
    }
}
