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

    /// A place beyond all known ones, and an end of packets that is neither to go on nor to be dropped.
    @Test(arguments: [(UInt32(9), UInt32(1)), (1, 7)])
    func `a hook that has no words here is kept as it was read`(point: UInt32, policy: UInt32) throws {
        let kernel = kernel(useCount: 1)
        let sent = part(.newChain) { writer in
            writer.string(ChainAttribute.name.rawValue, "c")
            writer.nest(ChainAttribute.hook.rawValue) { writer in
                writer.bigEndian(HookAttribute.point.rawValue, point)
                writer.bigEndian(HookAttribute.priority.rawValue, UInt32(0))
            }
            writer.bigEndian(ChainAttribute.policy.rawValue, policy)
            writer.string(ChainAttribute.type.rawValue, "filter")
        }
        kernel.answers[.getChain] = [[sent]]
        let chain = try #require(try kernel.client().table(.tested)?.chains.first)
        #expect(chain.hook == nil)
        let again = part(.newChain) { chain.encode(into: &$0, family: .inet) }
        kernel.answers[.getChain] = [[again]]
        #expect(try kernel.client().table(.tested)?.chains == [chain])
        for attribute in [ChainAttribute.hook, .policy, .type] {
            #expect(chain.otherAttributes[attribute.rawValue] != nil)
        }
    }

    @Test func `what is not known of a table or a rule is kept`() throws {
        let kernel = kernel(useCount: 1)
        kernel.answers[.getTable] = [[part(.newTable) { $0.octets(40, [1, 2, 3, 4]) }]]
        kernel.answers[.getChain] = [[part(.newChain) { $0.string(ChainAttribute.name.rawValue, "c") }]]
        kernel.answers[.getRule] = [
            [
                part(.newRule) { writer in
                    writer.string(RuleAttribute.chain.rawValue, "c")
                    writer.octets(50, [5, 6, 7, 8])
                }
            ]
        ]
        let table = try #require(try kernel.client().table(.tested))
        #expect(table.otherAttributes[40] == [1, 2, 3, 4])
        #expect(table.chains.first?.rules.first?.otherAttributes[50] == [5, 6, 7, 8])
        let octets = table.replacement.map(\.request.payloadBytes)
        #expect(octets[2].suffix(8) == [8, 0, 40, 0, 1, 2, 3, 4])
        #expect(octets.last?.suffix(8) == [8, 0, 50, 0, 5, 6, 7, 8])
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
            part(.newSetElements) { NamedSet.encode(elements, of: "s", id: 1, into: &$0) }
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
