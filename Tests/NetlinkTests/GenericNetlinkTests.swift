import CLinux
import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@Suite struct GenericNetlinkTests {
    /// `strace -xx genl ctrl get name nlctrl`: the kernel's reply behind the netlink header.
    static let controlFamily: [UInt8] = [
        0x01, 0x02, 0x00, 0x00, 0x0b, 0x00, 0x02, 0x00, 0x6e, 0x6c, 0x63, 0x74, 0x72, 0x6c, 0x00, 0x00, 0x06, 0x00,
        0x01, 0x00, 0x10, 0x00, 0x00, 0x00, 0x08, 0x00, 0x03, 0x00, 0x02, 0x00, 0x00, 0x00, 0x08, 0x00, 0x04, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x08, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x06, 0x00, 0x14, 0x00,
        0x01, 0x00, 0x08, 0x00, 0x01, 0x00, 0x03, 0x00, 0x00, 0x00, 0x08, 0x00, 0x02, 0x00, 0x0e, 0x00, 0x00, 0x00,
        0x14, 0x00, 0x02, 0x00, 0x08, 0x00, 0x01, 0x00, 0x0a, 0x00, 0x00, 0x00, 0x08, 0x00, 0x02, 0x00, 0x0c, 0x00,
        0x00, 0x00, 0x1c, 0x00, 0x07, 0x00, 0x18, 0x00, 0x01, 0x00, 0x08, 0x00, 0x02, 0x00, 0x10, 0x00, 0x00, 0x00,
        0x0b, 0x00, 0x01, 0x00, 0x6e, 0x6f, 0x74, 0x69, 0x66, 0x79, 0x00, 0x00,
    ]

    @Test func findsAFamilyByName() throws {
        let kernel = ScriptedKernel { _ in
            [.replies([.init(type: 16, payload: Self.controlFamily)]), .replies([.status(0)])]
        }
        let family = try NetlinkConnection(over: kernel).family(named: "nlctrl")
        #expect(
            family == GenericNetlinkFamily(id: 16, name: "nlctrl", version: 2, multicastGroups: ["notify": 16]))
        // The tool sends version 0 where we send the control family's own, which the kernel treats alike.
        #expect(kernel.requests.first?.payload == [3, 2] + AttributeTests.getFamily.dropFirst(2))
    }

    @Test func thisKernelAnswersTheSame() throws {
        let family = try NetlinkConnection(.generic).family(named: "nlctrl")
        #expect(family.id == GENL_ID_CTRL)
        #expect(family.multicastGroups["notify"] != nil)
    }

    @Test func anUnknownFamilyIsNotFound() throws {
        let connection = try NetlinkConnection(.generic)
        let error = #expect(throws: NetlinkError.self) { try connection.family(named: "no-such-family") }
        #expect(error?.errno == .noSuchFileOrDirectory)
    }

    @Test func fuzzedRepliesNeverTrap() {
        var random = SeededGenerator(seed: 0xfa111e5)
        for _ in 0..<5_000 {
            var payload = Self.controlFamily
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                payload[Int.random(in: 0..<payload.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            payload.removeLast(Int.random(in: 0...payload.count, using: &random))
            let reply = payload
            let kernel = ScriptedKernel { _ in [.replies([.init(type: 16, payload: reply)]), .replies([.status(0)])] }
            _ = try? NetlinkConnection(over: kernel).family(named: "nlctrl")
        }
    }
}
