import Testing

@testable import LVSCareSockets

/// Which ports probes take.
@Suite struct SourcePortsTests {
    static let ranges: [(ClosedRange<UInt16>, ClosedRange<UInt16>?)] = [
        (32768...60999, 61000...65535), (1024...60999, 61000...65535),
        // No room above: just below.
        (32768...65535, 24576...32767), (40000...65300, 31808...39999),
        // No room but among the ports of servers, or none at all.
        (1024...65535, nil), (1...65535, nil), (9000...65535, nil),
    ]

    @Test(arguments: ranges)
    func `ports are beyond those of clients`(clients: ClosedRange<UInt16>, expected: ClosedRange<UInt16>?) {
        let ports = SourcePorts(beyond: clients)
        guard let expected else {
            #expect(ports.next() == nil)
            return
        }
        // All of them come before one comes again.
        let found = (0..<expected.count).map { _ in ports.next() }
        #expect(Set(found) == Set(expected.map(Optional.some)))
        #expect(ports.next() == found.first)
    }

    @Test func `the kernel's range is read`() {
        #expect(SourcePorts.clients(in: "32768\t60999\n") == 32768...60999)
        #expect(SourcePorts.clients(in: "") == nil)
        #expect(SourcePorts.clients(in: "2 1") == nil)
        #expect(SourcePorts.clients(in: "1 2 3") == nil)
    }
}
