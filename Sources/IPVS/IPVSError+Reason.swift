import Netlink
import SystemPackage

extension IPVSError.Reason {
    /// The one place where an errno of IPVS gets its meaning, which differs from command to command.
    init(_ operation: IPVSError.Operation, _ underlying: NetlinkError) {
        guard let errno = underlying.errno else {
            self = .unanswered
            return
        }
        self =
            switch (errno, operation) {
            case (.noSuchFileOrDirectory, .setDestination), (.noSuchFileOrDirectory, .deleteDestination):
                .noSuchDestination
            case (.noSuchFileOrDirectory, .addService), (.noSuchFileOrDirectory, .setService): .unknownScheduler
            // What generic netlink answers when there is no such family, at first or any more.
            case (.noSuchFileOrDirectory, _), (.protocolNotSupported, .connect): .unavailable
            case (.noSuchProcess, .stopDaemon): .noSuchDaemon
            case (.noSuchProcess, _): .noSuchService
            // ENODEV
            case (.operationNotSupportedByDevice, .startDaemon): .noSuchInterface
            case (.notPermitted, _), (.permissionDenied, _): .notPermitted
            case (.fileExists, _): .alreadyExists
            case (.invalidArgument, _): .invalid
            case (.outOfRange, _): .outOfRange
            case (.addressFamilyNotSupported, _): .unsupportedFamily
            case (.noMemory, _), (.noBufferSpace, _): .outOfMemory
            default: .other
            }
    }
}
