public import SystemPackage

/// Why a netlink request did not succeed.
public enum NetlinkError: Error, Hashable, Sendable {
    /// The kernel refused the request.
    case refused(Errno, ExtendedAcknowledgement)
    /// A system call on the socket failed; the text names the call.
    case system(String, Errno)
    /// The kernel did not answer in time.
    case timeout
    /// The answer is not well-formed.
    case malformed(NetlinkDecodingError)
    /// The tables changed during each of so many attempts to read them.
    case interrupted(attempts: Int)
    /// The socket's buffer overflowed and the answer was lost: the request may have taken effect or not.
    case overrun
    /// The kernel acknowledged the request but did not send what was asked for.
    case noReply
    /// An attribute of this type is too long for a message.
    case attributeTooLong(UInt16)

    /// The errno of a refused request or a failed system call, `nil` for all others.
    public var errno: Errno? {
        switch self {
        case .refused(let errno, _), .system(_, let errno): errno
        default: nil
        }
    }
}

extension NetlinkError: CustomStringConvertible {
    /// What happened, in the kernel's own words where it had some.
    public var description: String {
        switch self {
        case .refused(let errno, let extended):
            if let message = extended.message, !message.isEmpty { "\(errno): \(message)" } else { "\(errno)" }
        case .system(let call, let errno): "\(call): \(errno)"
        case .timeout: "the kernel did not answer in time"
        case .malformed(let error): "malformed netlink message: \(error)"
        case .interrupted(let attempts): "the tables changed during each of \(attempts) attempts to read them"
        case .overrun: "the netlink socket's buffer overflowed and the answer was lost"
        case .noReply: "the kernel sent no reply"
        case .attributeTooLong(let type): "attribute \(type) is too long for a netlink message"
        }
    }
}
