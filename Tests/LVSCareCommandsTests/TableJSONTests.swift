import Foundation
import IPVS
import Testing

@testable import LVSCareCommands

@Suite struct TableJSONTests {
    @Test func `the JSON is read by another parser`() throws {
        let table = try TableTextTests.table().sorted
        let data = Data(table.json(names: [:]).pretty.utf8)
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["version"] as? String == "1.2.1")
        #expect(object["connectionTableSize"] as? Int == 4096)
        let services = try #require(object["services"] as? [[String: Any]])
        #expect(services.count == table.entries.count)
        #expect(
            services.map { $0["scheduler"] as? String }
                == table.entries.map { $0.service.configuration.scheduler.rawValue })

        let web = try #require(services.first { $0["address"] as? String == "10.0.0.10" })
        #expect(web["protocol"] as? String == "tcp")
        #expect(web["port"] as? Int == 80)
        #expect(web["persistence"] is NSNull)
        let servers = try #require(web["realServers"] as? [[String: Any]])
        #expect(servers.map { $0["weight"] as? Int } == [3, 1, 0, 1, 1, 1, 65535])
        #expect(servers.map { $0["forwarding"] as? String }.prefix(3) == ["masquerade", "masquerade", "tunnel"])
        #expect((servers[3]["tunnel"] as? [String: Any])?["port"] as? Int == 6080)
        #expect((servers[0]["statistics"] as? [String: Any])?["connections"] as? Int == 0)

        let mark = try #require(services.first { $0["firewallMark"] as? Int == 8 })
        #expect(mark["family"] as? String == "ipv6")
        #expect(mark["address"] == nil)

        let persistent = try #require(services.first { $0["address"] as? String == "10.0.0.13" })
        let persistence = try #require(persistent["persistence"] as? [String: Any])
        #expect(persistence["timeout"] as? Int == 600)
        #expect(persistence["netmask"] as? String == "255.255.255.0")
    }

    @Test func `the JSON keeps its shape`() throws {
        let server = try TableTextTests.destination("192.168.0.2:8080", .masquerade)
        let table = TableSnapshot(
            info: TableTextTests.info,
            entries: [try TableTextTests.entry(.tcp, "10.0.0.1:80", .init(scheduler: .roundRobin), [server])])
        let zero =
            #"{"connections":0,"incomingPackets":0,"outgoingPackets":0,"incomingBytes":0,"outgoingBytes":0,"#
            + #""perSecond":{"connections":0,"incomingPackets":0,"outgoingPackets":0,"incomingBytes":0,"outgoingBytes":0}}"#
        #expect(
            table.json(names: [:]).compact
                == #"{"version":"1.2.1","connectionTableSize":4096,"services":[{"protocol":"tcp","address":"10.0.0.1","#
                + #""port":80,"scheduler":"rr","schedulerFlags":[],"onePacket":false,"persistence":null,"statistics":"#
                + zero
                + #","realServers":[{"address":"192.168.0.2","port":8080,"forwarding":"masquerade","tunnel":null,"#
                + #""weight":1,"upperThreshold":0,"lowerThreshold":0,"activeConnections":0,"inactiveConnections":0,"#
                + #""persistentConnections":0,"statistics":"# + zero + "}]}]}")
    }
}
