import Addressing
import DNS
import Epoll
import Foundation
import KernelTestKit
import ProbingTestKit
import Testing

@testable import LVSCareSockets

/// Lookups on the wire, in a network without a way out; what they decide is in `LookupTests`.
@Suite(.serialized, .nameServers) struct HostResolverTests {
    private static let dnsmasq = "nameserver 127.0.0.1"

    private static func addresses(_ texts: String...) -> [IPAddress] { texts.compactMap { IPAddress($0) } }

    /// The C library's answer for the same files, and dig's for the same server.
    @Test func `a lookup finds what getent and dig find`() async throws {
        let network = try SealedNetwork()
        let files = try network.files(
            Self.dnsmasq, "search nothing.example.com example.com", "options ndots:1",
            hosts: "127.0.0.1 localhost\n10.9.9.9 own.example.com own\nfd09::9 own\n")
        func getent(_ name: String) throws -> Set<IPAddress> {
            let script =
                "mount --bind \(files.configuration) /etc/resolv.conf && mount --bind \(files.hosts) /etc/hosts"
                + " && getent --no-addrconfig ahosts \(name) || true"
            let lines = try network.lines("unshare --mount --propagation private sh -c '\(script)'")
            return Set(lines.compactMap { IPAddress($0.prefix { $0 != " " }) })
        }
        for name in [
            "api.example.com", "api.example.com.", "API.Example.Com", "alias.example.com", "one.example.com",
            "six.example.com", "large.example.com", "one", "api", "large", "alias", "nowhere.example.com", "nowhere",
            "elsewhere.example.org", "own", "own.example.com", "x..y", "10.0.0.9", "fd00::9",
        ] {
            let found = try await network.find(name, files: files)
            let own = Set((try? found.get().addresses) ?? [])
            #expect(try own == getent(name), "\(name): \(found)")
        }
        let dig = try network.lines("dig +short @127.0.0.1 SRV _https._tcp.example.com")
        let services = try await network.find("_https._tcp.example.com", .services, files: files).get().services
        #expect(Set(dig) == Set(services.map { "\($0.priority) \($0.weight) \($0.port) \($0.target)." }))
        #expect(services.count == 2)
    }

    @Test func `a lookup fetches by stream what does not fit into a datagram`() async throws {
        let network = try SealedNetwork()
        let answer = try await network.find("large.example.com", files: network.files(Self.dnsmasq)).get()
        #expect(Set(answer.addresses).count == 200)
        #expect(answer.timeToLive == .seconds(120))
        let streams = try network.files(Self.dnsmasq, "options use-vc")
        #expect(try await network.find("one.example.com", files: streams).get().addresses.count == 1)
    }

    @Test func `a silent server is followed by the next`() async throws {
        let network = try SealedNetwork("s = udp('127.0.0.9')\ntime.sleep(1000)", waitsFor: 2)
        let files = try network.files("nameserver 127.0.0.9", Self.dnsmasq)
        let began = ContinuousClock.now
        let answer = try await network.find("api.example.com", files: files, within: .seconds(3)).get()
        #expect(answer.addresses == Self.addresses("fd00::1", "10.0.0.1"))
        // One third of the time is the first one's.
        #expect(ContinuousClock.now - began >= .milliseconds(990))
    }

    @Test(arguments: ["127.0.0.8", "fd00::53", "10.0.0.53"])
    func `a server that cannot be reached is followed by the next at once`(server: String) async throws {
        let network = try SealedNetwork()
        let files = try network.files("nameserver \(server)", Self.dnsmasq)
        let answer = try await network.find("api.example.com", files: files, within: .seconds(600)).get()
        #expect(answer.addresses == Self.addresses("fd00::1", "10.0.0.1"))
    }

    @Test func `a failed lookup says which servers did not answer, and why`() async throws {
        let network = try SealedNetwork()
        let files = try network.files("nameserver 127.0.0.8", "nameserver 10.0.0.53")
        let result = try await network.find("api.example.com", files: files)
        #expect(throws: LookupError.self) { try result.get() }
        guard case .failure(let error) = result else { return }
        #expect(
            "\(error)" == "api.example.com: no name server can tell: 127.0.0.8 cannot be asked (connection refused), "
                + "10.0.0.53 cannot be asked (network is unreachable)")
    }

    /// One who sees the question, and answers it before the server does: from another address, from another port, and,
    /// as the server, to another question.
    @Test func `a lookup takes answers of the server only`() async throws {
        let network = try SealedNetwork(
            """
            server, other, port = udp('127.0.0.3'), udp('127.0.0.4'), udp('127.0.0.3', 5353)
            while True:
                query, sender = server.recvfrom(2000)
                for s in (other, port):
                    s.sendto(answer(query, '6.6.6.6'), sender)
                for n in range(2000):
                    if n.to_bytes(2, 'big') != query[:2]:
                        server.sendto(answer(query, '6.6.6.6', n.to_bytes(2, 'big')), sender)
                server.sendto(answer(query.replace(b'bank', b'evil'), '6.6.6.6'), sender)
                server.sendto(b'', sender)
                time.sleep(0.2)
                server.sendto(answer(query, '10.0.0.5'), sender)
            """, waitsFor: 4)
        let files = try network.files("nameserver 127.0.0.3")
        let answer = try await network.find("bank.example.com", .addresses([.ipv4]), files: files).get()
        #expect(answer.addresses == Self.addresses("10.0.0.5"))
    }

    /// As many as there are, and each from a port of its own.
    @Test func `each question comes from another port`() async throws {
        let network = try SealedNetwork(
            """
            server, ports = udp('127.0.0.3'), []
            while True:
                query, sender = server.recvfrom(2000)
                ports.append(sender[1])
                server.sendto(answer(query, '10.0.%d.%d' % (len(ports) // 250, len(set(ports)) % 250 + 1)), sender)
            """, waitsFor: 2)
        let files = try network.files("nameserver 127.0.0.3")
        var last: IPAddress?
        for index in 1...40 {
            last = try await network.find("n\(index).example.com", .addresses([.ipv4]), files: files).get()
                .addresses.first
        }
        let distinct = try #require(last?.octets.last) - 1
        #expect(distinct >= 38)
    }

    @Test func `the files are read again when they change`() async throws {
        let network = try SealedNetwork()
        let files = try network.files("nameserver 127.0.0.8")
        let holder = Requests()
        let resolver = try await network.onLoop { LoopBound(HostResolver(reading: files, on: $0), on: $0) }
        func found() async throws -> String {
            await withCheckedContinuation { continuation in
                Task {
                    try await network.onLoop { loop in
                        let resolver = resolver.value(on: loop)
                        let request = resolver.find("api.example.com", .addresses([.ipv4]), within: .seconds(20)) {
                            let addresses = (try? $0.get().addresses) ?? []
                            continuation.resume(returning: "\(addresses)")
                        }
                        holder.all = [(resolver, request)]
                    }
                }
            }
        }
        #expect(try await found() == "[]")
        for (configuration, hosts, expected) in [
            (Self.dnsmasq, "", "[10.0.0.1]"), (Self.dnsmasq, "10.0.0.77 api.example.com\n", "[10.0.0.77]"),
            ("nameserver 127.0.0.8", "", "[]"),
        ] {
            _ = try network.files(configuration, hosts: hosts)
            let deadline = ContinuousClock.now + .seconds(30)
            while try await found() != expected { try #require(ContinuousClock.now < deadline) }
        }
        _ = try await network.onLoop { _ in holder.all = [] }
    }

    /// Who is the same, is looked up once; the others wait for their turn; and who is not waited for any more leaves
    /// nothing.
    @Test func `lookups are bounded, shared and cancelled`() async throws {
        let network = try SealedNetwork("s = udp('127.0.0.9')\ntime.sleep(1000)", waitsFor: 2)
        let files = try network.files("nameserver 127.0.0.9")
        let holder = Requests()
        _ = try await network.onLoop { loop in
            let resolver = HostResolver(reading: files, on: loop)
            for index in 0..<100 {
                let request = resolver.find("n\(index % 20).example.com", within: .seconds(600)) { _ in
                    Issue.record("nobody answers")
                }
                holder.all.append((resolver, request))
            }
        }
        func underWay() async throws -> Int { try await network.onLoop { _ in holder.all.first?.0.underWay ?? 0 } }
        // Two questions for each of eight.
        try network.wait("eight lookups") { try network.udpSockets() == 2 + 16 }
        #expect(try await underWay() == HostResolver.most)
        // All but the last of those who wait for the first name go, and nothing changes; then the last, and another is
        // started.
        _ = try await network.onLoop { _ in for index in [0, 20, 40, 60] { holder.all[index].1.cancel() } }
        #expect(try network.udpSockets() == 18)
        _ = try await network.onLoop { _ in holder.all[80].1.cancel() }
        #expect(try network.udpSockets() == 18)
        #expect(try await underWay() == HostResolver.most)
        _ = try await network.onLoop { _ in for (_, request) in holder.all { request.cancel() } }
        #expect(try network.udpSockets() == 2)
        #expect(try await underWay() == 0)
        _ = try await network.onLoop { _ in holder.all = [] }
    }

    @Test func `a lookup ends with its timeout, though it waits for others`() async throws {
        let network = try SealedNetwork("s = udp('127.0.0.9')\ntime.sleep(1000)", waitsFor: 2)
        let files = try network.files("nameserver 127.0.0.9")
        let errors = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<12 {
                group.addTask {
                    let result = try await network.find("n\(index)", files: files, within: .milliseconds(300))
                    guard case .failure(let error) = result else { return "" }
                    return "\(error.problem)"
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(errors == ["no name server could tell in time: 127.0.0.9 does not answer"])
        try network.wait("all is closed") { try network.udpSockets() == 2 }
    }
}
