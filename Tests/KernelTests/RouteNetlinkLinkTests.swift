import Addressing
import KernelTestKit
import RouteNetlink
import SystemPackage
import Testing

extension KernelSuites {
    /// Links and addresses, with `ip link` and `ip address` as the oracles.
    @Suite struct RouteNetlinkLinkTests {
        static let states: [OperationalState: String] = [
            .unknown: "UNKNOWN", .notPresent: "NOTPRESENT", .down: "DOWN", .lowerLayerDown: "LOWERLAYERDOWN",
            .testing: "TESTING", .dormant: "DORMANT", .up: "UP",
        ]

        @Test func `the links are those of the ip command`() throws {
            try TestLink.with { test in
                try IPCommand.run("link add rn-veth0 type veth peer name rn-veth1")
                defer { IPCommand.cleanUp("link delete rn-veth0") }
                // One end up, the other down: the first has no signal.
                try IPCommand.run("link set rn-veth0 up mtu 1400")

                let links = try test.client.links()
                let shown: [ShownLink] = try IPCommand.list("-d link show")
                #expect(links.map(\.index.rawValue) == shown.map(\.ifindex))
                for (link, shown) in zip(links, shown) {
                    #expect(link.name == shown.ifname)
                    #expect(link.kind == shown.linkinfo?.info_kind)
                    #expect(link.mtu == shown.mtu)
                    #expect(Self.states[link.operationalState] == shown.operstate)
                    #expect(link.isUp == shown.flags.contains("UP"))
                    #expect(link.flags.contains(.lowerUp) == shown.flags.contains("LOWER_UP"))
                    #expect(link.flags.contains(.loopback) == shown.flags.contains("LOOPBACK"))
                    #expect(link.flags.contains(.noARP) == shown.flags.contains("NOARP"))
                    #expect(try test.client.link(named: link.name) == link)
                    #expect(try test.client.link(at: link.index) == link)
                }
                let veth = try #require(links.first { $0.name == "rn-veth0" })
                #expect(veth.kind == "veth")
                #expect(veth.mtu == 1400)
                #expect(veth.operationalState == .lowerLayerDown)
            }
        }

        @Test func `a dummy link is created, switched and deleted`() throws {
            let client = try RouteNetlinkClient()
            let name = "rn-dummy"
            defer { IPCommand.cleanUp("link delete \(name)") }
            #expect(try client.link(named: name) == nil)
            try client.addDummyLink(named: name)
            let link = try #require(try client.link(named: name))
            #expect(link.kind == "dummy")
            #expect(!link.isUp)
            let again = #expect(throws: RouteNetlinkError.self) { try client.addDummyLink(named: name) }
            #expect(again?.alreadyExists == true)

            func flags() throws -> Set<String> {
                Set(try IPCommand.list("link show dev \(name)", as: ShownLink.self).flatMap(\.flags))
            }
            try IPCommand.run("link set \(name) promisc on multicast on")
            let down = try flags()
            try client.setLink(at: link.index, up: true)
            #expect(try flags() == down.union(["UP", "LOWER_UP"]))
            #expect(try client.link(at: link.index)?.isUp == true)
            try client.setLink(at: link.index, up: false)
            #expect(try flags() == down)

            try client.deleteLink(at: link.index)
            #expect(try client.link(at: link.index) == nil)
            #expect(try client.link(named: name) == nil)
            let gone = #expect(throws: RouteNetlinkError.self) { try client.deleteLink(at: link.index) }
            #expect(gone?.notFound == true)
            let absent = #expect(throws: RouteNetlinkError.self) { try client.setLink(at: link.index, up: true) }
            #expect(absent?.notFound == true)
        }

        @Test func `a name that no link can have is nobody's`() throws {
            let client = try RouteNetlinkClient()
            for name in ["sixteen-letters-", "lo\0", ""] { #expect(try client.link(named: name) == nil) }
        }
    }

    /// Addresses, with `ip address` as the oracle.
    @Suite struct RouteNetlinkAddressTests {
        @Test func `the addresses are those of the ip command`() throws {
            try TestLink.with { test in
                try IPCommand.run([
                    "address add 10.66.2.1 peer 10.66.2.2/32 dev rn-test label rn-test:peer",
                    "address add 10.66.1.4/24 dev rn-test",
                    "address add 10.66.7.1/24 dev rn-test scope link",
                ])
                for link in try test.client.links() {
                    let shown = try IPCommand.list("address show dev \(link.name)", as: ShownLink.self)
                        .flatMap { $0.addr_info ?? [] }
                    let addresses = try test.client.addresses(of: link.index)
                    #expect(addresses.map { "\($0.local.address)" } == shown.map(\.local))
                    #expect(addresses.map(\.local.prefixLength) == shown.map(\.prefixlen))
                    #expect(addresses.map { $0.peer.map { "\($0)" } } == shown.map(\.address))
                    #expect(addresses.map { $0.scope.map { "\($0)" } } == shown.map(\.scope))
                    #expect(addresses.map(\.label) == shown.map(\.label))
                    #expect(addresses.allSatisfy { $0.link == link.index })
                    let ipv6 = try test.client.addresses(of: link.index, family: .ipv6)
                    #expect(ipv6 == addresses.filter { $0.local.address.family == .ipv6 })
                }
                let all = try test.client.addresses()
                #expect(Set(all.map(\.link)).isSuperset(of: [.loopback, test.index]))
                let secondary = try #require(all.first { "\($0.local)" == "10.66.1.4/24" })
                #expect(secondary.flags.contains([.secondary, .permanent]))
                #expect(try test.client.addresses(of: LinkIndex(rawValue: 9999)).isEmpty)
            }
        }

        @Test(arguments: ["10.66.3.1/32", "10.66.1.9/24", "fd66:3::1/128", "fd66:1::9/64"])
        func `an address is added and deleted`(text: String) throws {
            try TestLink.with { test in
                let address = InterfaceAddress(
                    link: test.index, local: try addressBlock(text), flags: .withoutDuplicateDetection,
                    protocol: AddressProtocol(rawValue: 76))
                try test.client.add(address)
                let shown = try IPCommand.list("address show dev rn-test", as: ShownLink.self)
                    .flatMap { $0.addr_info ?? [] }
                #expect(shown.contains { "\($0.local)/\($0.prefixlen)" == text && $0.scope == "global" })
                let found = try test.client.addresses(of: test.index).first { $0.local == address.local }
                #expect(found?.isUsable == true)
                #expect(found?.protocol == address.protocol)

                let again = #expect(throws: RouteNetlinkError.self) { try test.client.add(address) }
                #expect(again?.alreadyExists == true)
                try test.client.delete(address)
                #expect(try test.client.addresses(of: test.index).allSatisfy { $0.local != address.local })
                let gone = #expect(throws: RouteNetlinkError.self) { try test.client.delete(address) }
                #expect(gone?.errno == .addressNotAvailable)
                #expect(gone?.notFound == true)
            }
        }

        /// The scope of an address of 127.0.0.0/8 is the host, unless said otherwise.
        @Test func `loopback addresses are added`() throws {
            let client = try RouteNetlinkClient()
            let address = InterfaceAddress(link: .loopback, local: try addressBlock("127.66.0.1/32"))
            defer { IPCommand.cleanUp("address delete 127.66.0.1/32 dev lo") }
            try client.add(address)
            #expect(try client.addresses(of: .loopback).first { $0.local == address.local }?.scope == .host)
            try client.delete(address)
        }

        @Test func `a missing link is an error`() throws {
            let client = try RouteNetlinkClient()
            let address = InterfaceAddress(link: LinkIndex(rawValue: 9999), local: try addressBlock("10.66.3.1"))
            let adding = #expect(throws: RouteNetlinkError.self) { try client.add(address) }
            #expect(adding?.notFound == true)
            let deleting = #expect(throws: RouteNetlinkError.self) { try client.delete(address) }
            #expect(deleting?.notFound == true)
        }
    }
}
