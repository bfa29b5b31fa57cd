import Addressing
import Netlink
import NetlinkTestKit
import Testing

@testable import RouteNetlink

/// Whatever the bytes are, decoding ends: with a value, with none, or with an error that says what is wrong.
@Suite struct DecodingFuzzTests {
    /// SplitMix64, so that a failure can be repeated from its seed.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    @Test(arguments: UInt64(1)...20)
    func damagedMessages(seed: UInt64) throws {
        var generator = Generator(state: seed)
        let originals = try Message.all(Captured.routes + Captured.addresses + Captured.link + CapturedNeighbours.all)
        var outcomes = (values: 0, errors: 0)
        for _ in 0..<500 {
            guard var message = originals.randomElement(using: &generator) else { continue }
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<message.payload.count, using: &generator)
                message.payload[index] =
                    Bool.random(using: &generator)
                    ? [0, 1, 3, 4, 5, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
                    : UInt8.random(in: 0...255, using: &generator)
            }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                message.payload.removeLast(Int.random(in: 0...message.payload.count, using: &generator))
            }
            for type in [RouteMessage.newLink, .newAddress, .newRoute, .newNeighbour] {
                message.header.type = type.rawValue
                do {
                    let route = try message.decoded(Route.init(header:payload:))
                    _ = (route?.description, route?.identity)
                    _ = try message.decoded(InterfaceAddress.init(header:payload:))?.description
                    _ = try message.decoded(Link.init(header:payload:))
                    _ = try message.decoded(Neighbour.init(header:payload:))?.description
                    outcomes.values += 1
                } catch {
                    outcomes.errors += 1
                }
            }
        }
        // Damage that always or never does harm would test nothing.
        #expect(outcomes.values > 100 && outcomes.errors > 100)
    }

    /// Routes of random parts read back as they were.
    @Test(arguments: UInt64(1)...20)
    func randomRoutes(seed: UInt64) throws {
        var generator = Generator(state: seed)
        for _ in 0..<100 {
            let route = try Route.random(&generator)
            let sent = try request { try $0.add(route) }
            let decoded = try #require(try Route(header: sent.header, payload: sent.payload.span.bytes))
            #expect(decoded.normalized == route.normalized, "\(route)")
        }
    }
}

extension Route {
    fileprivate static func random(_ generator: inout DecodingFuzzTests.Generator) throws -> Route {
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
