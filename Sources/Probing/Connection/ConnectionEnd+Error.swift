import LVSCareModel
import LVSCareSockets

extension ConnectionEnd {
    /// What an error on an idle connection means.
    init(_ error: any Error) {
        switch error {
        case TLSFailure.endWithoutGoodbye:
            // A process that died could not say the goodbye of TLS.
            self = .closed
        case let fault as ProbeFault where [.unreachable, .responseTimeout].contains(fault.reason):
            self = .lost
        default:
            self = .reset
        }
    }
}
