public import SystemPackage

/// Why a netlink request did not succeed.
@nonexhaustive
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
    /// An attribute of this type is too long for a message; nothing was sent.
    case attributeTooLong(UInt16)
    /// A value that no message can carry, or that the kernel would take for another one; nothing was sent. The text names it.
    case invalid(String)

    /// The errno of a refused request or a failed system call, `EINVAL` for what was not sent, `nil` for all others.
    public var errno: Errno? {
        switch self {
        case .refused(let errno, _), .system(_, let errno): errno
        case .attributeTooLong, .invalid: .invalidArgument
        case .timeout, .malformed, .interrupted, .overrun, .noReply: nil
        }
    }

    /// Whether the request certainly changed nothing: it was refused, or was never sent.
    public var hadNoEffect: Bool {
        switch self {
        case .refused, .attributeTooLong, .invalid: true
        case .system(let call, _): !call.hasPrefix("recv")
        case .timeout, .malformed, .interrupted, .overrun, .noReply: false
        }
    }
}

extension NetlinkError: CustomStringConvertible {
    /// The failure, in the kernel's own words where it had some.
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
        case .invalid(let reason): "\(Errno.invalidArgument): \(reason)"
        }
    }
}
