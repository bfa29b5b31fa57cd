import IPVS
import Netlink
import NetlinkTestKit

/// A kernel at message level whose family `IPVS` answers as a test says.
struct ScriptedIPVS {
    /// The number that generic netlink gave to the family.
    static let familyID: UInt16 = 28

    let kernel: ScriptedKernel
    let client: IPVSClient

    /// A client over a kernel that answers each IPVS request, given from its generic header on, with `script`.
    init(_ script: @escaping (ScriptedKernel.Request) -> [ScriptedKernel.Reply]) throws {
        kernel = ScriptedKernel { request in
            if request.header.type == GenericNetlinkFamily.control.id {
                [.replies([Self.family, .status(0)])]
            } else {
                [.replies(script(request))]
            }
        }
        client = try IPVSClient(over: NetlinkConnection(over: kernel))
    }

    /// What clients asked of IPVS so far.
    var requests: [ScriptedKernel.Request] { kernel.requests.filter { $0.header.type == Self.familyID } }

    /// A kernel that does whatever it is asked.
    static func obedient() throws -> ScriptedIPVS { try ScriptedIPVS { acknowledge($0) } }

    /// A kernel that answers every request with `fixtures`, as a dump where that was asked for.
    static func answering(_ fixtures: [[UInt8]]) throws -> ScriptedIPVS {
        try ScriptedIPVS { request in
            let isDump = request.header.flags.isSuperset(of: .dump)
            let parts = fixtures.map { payload in
                ScriptedKernel.Reply(type: familyID, flags: isDump ? .multi : [], payload: payload)
            }
            return parts + [isDump ? .done() : .status(0)]
        }
    }

    /// The acknowledgement of `request`, if it wants one.
    static func acknowledge(_ request: ScriptedKernel.Request) -> [ScriptedKernel.Reply] {
        request.header.flags.contains(.acknowledge) ? [.status(0)] : []
    }

    private static var family: ScriptedKernel.Reply {
        var writer = AttributeWriter()
        writer.header([1, 2, 0, 0])
        writer.integer(1, familyID)
        writer.string(2, "IPVS")
        writer.integer(3, UInt32(1))
        return ScriptedKernel.Reply(type: GenericNetlinkFamily.control.id, payload: writer.bytes)
    }
}
