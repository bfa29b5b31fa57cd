import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import NFTables

/// Reading a table from a kernel that follows a script.
@Suite struct ReadingTests {
    private typealias Reply = ScriptedKernel.Reply

    /// What the kernel says of each kind of part, one answer for each time that it is asked; the last one stays.
    private final class Kernel {
        var answers: [NetfilterMessage: [[Reply]]] = [:]
        private(set) var asked: [NetfilterMessage] = []

        func client() -> NFTablesClient {
            let kernel = ScriptedKernel { request in
                guard let message = NetfilterMessage(rawValue: request.header.type & 0xff) else { return [] }
                self.asked.append(message)
                var replies = self.answers[message]?.first ?? []
                if self.answers[message].map({ $0.count > 1 }) == true { self.answers[message]?.removeFirst() }
                let isDump = request.header.flags.isSuperset(of: .dump)
                if !replies.contains(where: { $0.type == NetlinkControl.done }) {
                    replies.append(isDump ? .done() : .status(0))
                }
                return [.replies(replies)]
            }
            return NFTablesClient(over: NetlinkConnection(over: kernel))
        }
    }

    private func part(_ message: NetfilterMessage, _ body: (inout AttributeWriter) -> Void) -> Reply {
        let request = NetlinkRequest(message, .inet) { writer in
            Table.Identity.tested.encode(into: &writer)
            body(&writer)
        }
        return Reply(type: request.type, payload: request.payloadBytes)
    }

    private func kernel(useCount: UInt32) -> Kernel {
        let kernel = Kernel()
        var generation = AttributeWriter()
        generation.header([0, 0, 0, 0])
        generation.bigEndian(1, UInt32(7))
        kernel.answers[.getGeneration] = [[Reply(type: NetfilterMessage.newGeneration.type, payload: generation.bytes)]]
        kernel.answers[.getTable] = [[part(.newTable) { $0.bigEndian(TableAttribute.useCount.rawValue, useCount) }]]
        return kernel
    }

    @Test func `what is beside chains and sets is told by name`() throws {
        let kernel = kernel(useCount: 2)
        kernel.answers[.getObject] = [[part(.getObject) { $0.string(2, "hits") }]]
        kernel.answers[.getFlowTable] = [[part(.getFlowTable) { $0.string(2, "fast") }]]
        #expect(try kernel.client().table(.tested)?.otherParts == ["object hits", "flow table fast"])
    }

    @Test(arguments: [Errno.invalidArgument, .notSupported])
    func `a kernel without flow tables has none`(errno: Errno) throws {
        let kernel = kernel(useCount: 1)
        kernel.answers[.getObject] = [[part(.getObject) { $0.string(2, "hits") }]]
        kernel.answers[.getFlowTable] = [[.done(errno.rawValue)]]
        #expect(try kernel.client().table(.tested)?.otherParts == ["object hits"])
    }

    @Test func `nobody asks for objects where all parts are known`() throws {
        let kernel = kernel(useCount: 1)
        kernel.answers[.getChain] = [[part(.newChain) { $0.string(ChainAttribute.name.rawValue, "c") }]]
        #expect(try kernel.client().table(.tested)?.chains.map(\.name) == ["c"])
        #expect(!kernel.asked.contains(.getObject))
    }

    /// Linux 6.16 and later tell how many elements a set has, and leave out some while its hash table grows.
    @Test func `elements are listed again when some are missing`() throws {
        let kernel = kernel(useCount: 1)
        let set = part(.newSet) { writer in
            NamedSet("s", of: .port).encode(into: &writer, id: 1)
            writer.bigEndian(SetAttribute.count.rawValue, UInt32(2))
        }
        let elements = [NamedSet.Element(.port(80)), NamedSet.Element(.port(443))]
        func list(_ elements: ArraySlice<NamedSet.Element>) -> Reply {
            part(.newSetElements) { NamedSet("s", of: .port).encode(elements, into: &$0, id: 1) }
        }
        kernel.answers[.getSet] = [[set]]
        kernel.answers[.getSetElements] = [[list(elements[..<1])], [list(elements[...])]]
        #expect(try kernel.client().table(.tested)?.sets.first?.elements == Set(elements))
        #expect(kernel.asked.count { $0 == .getSetElements } == 2)

        kernel.answers[.getSetElements] = [[list(elements[..<1])]]
        let error = #expect(throws: NFTablesError.self) { try kernel.client().table(.tested) }
        #expect(error?.reason == .interrupted)
    }
}
