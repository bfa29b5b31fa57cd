import Netlink
import NetlinkTestKit
import SystemPackage
import Testing

@testable import NFTables

/// The client against a kernel that follows a script.
@Suite struct ClientTests {
    typealias Reply = ScriptedKernel.Reply

    private func client(_ script: @escaping (ScriptedKernel.Request) -> [ScriptedKernel.Datagram]) -> NFTablesClient {
        NFTablesClient(over: NetlinkConnection(over: ScriptedKernel(script)))
    }

    private func refusing(_ errno: Errno) -> NFTablesClient {
        client { _ in [.replies([.status(errno.rawValue)])] }
    }

    private func generation(_ number: UInt32) -> Reply {
        var writer = AttributeWriter()
        writer.header([0, 0, 0, 0])
        writer.bigEndian(1, number)
        return Reply(type: NetfilterMessage.newGeneration.type, payload: writer.bytes)
    }

    private func table(_ identity: Table.Identity) -> Reply {
        let request = NetlinkRequest(.newTable, identity.family) { Table(identity).encode(into: &$0) }
        return Reply(type: request.type, payload: request.payloadBytes)
    }

    @Test func `the kernel's answer is read as the table`() throws {
        let messages = try Message.all(Captured.received)
        let client = client { request in
            // The reply to a request has the number before it.
            let replies = messages.filter { message in
                guard message.type == request.header.type - 1 else { return false }
                guard message.message == .newSetElements else { return true }
                let set = ElementListAttribute.set.rawValue
                return (try? message.payload.span.bytes.name(set, in: .inet))
                    == (try? request.payload.span.bytes.name(set, in: .inet))
            }.map { Reply(type: $0.type, flags: $0.flags, payload: $0.payload) }
            let isDump = request.header.flags.isSuperset(of: .dump)
            return [.replies(replies), .replies([isDump ? .done() : .status(0)])]
        }
        #expect(try client.table(.tested) == .captured())
    }

    @Test func `the generation is read from its message`() throws {
        let client = client { _ in [.replies([self.generation(0x0102_0304), .status(0)])] }
        #expect(try client.generation() == 0x0102_0304)
    }

    @Test func `a generation without a number is malformed`() {
        let client = client { _ in
            [.replies([Reply(type: NetfilterMessage.newGeneration.type, payload: [0, 0, 0, 0]), .status(0)])]
        }
        #expect(throws: NFTablesError.self) { try client.generation() }
    }

    @Test func `an absent table is no error`() throws {
        let client = client { request in
            request.header.type == NetfilterMessage.getGeneration.type
                ? [.replies([self.generation(1), .status(0)])] : [.replies([.status(2)])]
        }
        #expect(try client.table(.tested) == nil)
        #expect(try !client.exists(.tested))
        #expect(try !client.delete(.tested))
    }

    @Test func `reading starts anew when the ruleset changes`() throws {
        var generations: UInt32 = 0
        var reads = 0
        let client = client { request in
            switch request.header.type {
            case NetfilterMessage.getGeneration.type:
                generations += 1
                // Changed between the first two answers, then no more.
                return [.replies([self.generation(min(generations, 2)), .status(0)])]
            case NetfilterMessage.getTable.type:
                reads += 1
                return [.replies([self.table(.tested), .status(0)])]
            default: return [.replies([.done()])]
            }
        }
        #expect(try client.table(.tested) == Table(.tested))
        #expect(reads == 2)
    }

    @Test func `a ruleset that never rests is an error`() {
        var generations: UInt32 = 0
        let client = client { request in
            switch request.header.type {
            case NetfilterMessage.getGeneration.type:
                generations += 1
                return [.replies([self.generation(generations), .status(0)])]
            case NetfilterMessage.getTable.type: return [.replies([self.table(.tested), .status(0)])]
            // Removed meanwhile.
            default: return [.replies([.done(2)])]
            }
        }
        let expected = NFTablesError(
            .read, "table inet lvscare", underlying: .interrupted(attempts: NFTablesClient.readAttempts))
        #expect(throws: expected) { try client.table(.tested) }
    }

    @Test func `a table that cannot be listed is an error`() {
        let client = client { request in
            switch request.header.type {
            case NetfilterMessage.getGeneration.type: [.replies([self.generation(1), .status(0)])]
            case NetfilterMessage.getTable.type: [.replies([self.table(.tested), .status(0)])]
            default: [.replies([.done(2)])]
            }
        }
        #expect(throws: NFTablesError.self) { try client.table(.tested) }
    }

    @Test func `a refusal names the part`() {
        let client = client { request in
            switch NetfilterMessage(rawValue: request.header.type & 0xff) {
            case .newChain: [.replies([.status(95, message: "no such type")])]
            default: request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
            }
        }
        let error = #expect(throws: NFTablesError.self) { try client.replace(.captured()) }
        #expect(
            error?.description
                == "cannot replace chain tag of table inet lvscare: Operation not supported: no such type")
        #expect(error?.notSupported == true)
    }

    @Test func `a refusal within several changes names the operation and the part`() {
        let client = client { request in
            switch NetfilterMessage(rawValue: request.header.type & 0xff) {
            case .deleteSetElements: [.replies([.status(2)])]
            default: request.header.flags.contains(.acknowledge) ? [.replies([.status(0)])] : []
            }
        }
        let element: Set = [NamedSet.Element(.port(80))]
        let error = #expect(throws: NFTablesError.self) {
            try client.commit([.replace(Table(.tested)), .remove(element, set: "ports", Table.Identity(.ip, "other"))])
        }
        #expect(
            error?.description == "cannot change elements of set ports of table ip other: No such file or directory")
    }

    @Test func `nothing is sent where nothing changes`() throws {
        let kernel = ScriptedKernel { _ in [] }
        try NFTablesClient(over: NetlinkConnection(over: kernel)).commit([], at: 7)
        #expect(kernel.requests.isEmpty)
    }

    static let reasons: [(NFTablesError.Operation, NetlinkError, NFTablesError.Reason)] = [
        (.read, .refused(.notPermitted, ExtendedAcknowledgement()), .notPermitted),
        (.open, .system("socket", .protocolNotSupported), .notSupported),
        (.read, .refused(.invalidArgument, ExtendedAcknowledgement()), .notSupported),
        (.read, .invalid("a name"), .invalid),
        (.replace, .refused(.invalidArgument, ExtendedAcknowledgement()), .invalid),
        (.replace, .refused(.noSuchFileOrDirectory, ExtendedAcknowledgement()), .notSupported),
        (.change, .refused(.noSuchFileOrDirectory, ExtendedAcknowledgement()), .other),
        (.change, .refused(.restart, ExtendedAcknowledgement()), .outdated),
        (.replace, .attributeTooLong(4), .invalid),
        (.replace, .system("sendto", .messageTooLong), .tooLarge),
        (.replace, .refused(.noMemory, ExtendedAcknowledgement()), .outOfMemory),
        (.read, .interrupted(attempts: 16), .interrupted),
        (.replace, .timeout, .unanswered), (.replace, .overrun, .unanswered),
        (.open, .system("socket", .tooManyOpenFiles), .other),
    ]

    @Test(arguments: reasons)
    func `tells what the kernel meant`(
        operation: NFTablesError.Operation, underlying: NetlinkError, reason: NFTablesError.Reason
    ) {
        #expect(NFTablesError(operation, "table", underlying: underlying).reason == reason)
    }

    @Test func `an error has its reason`() {
        let denied = #expect(throws: NFTablesError.self) { try refusing(.notPermitted).delete(.tested) }
        #expect(denied?.notPermitted == true)
        #expect(denied?.notSupported == false)
        #expect(denied?.description == "cannot delete table inet lvscare: Operation not permitted")
        let missing = #expect(throws: NFTablesError.self) { try refusing(.invalidArgument).generation() }
        #expect(missing?.notSupported == true)
        let refused = #expect(throws: NFTablesError.self) { try refusing(.invalidArgument).replace(Table(.tested)) }
        #expect(refused?.notSupported == false)
        #expect(refused?.errno == .invalidArgument)
    }
}
