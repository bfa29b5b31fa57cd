public import Addressing
import Glibc
import LVSCareSystem

/// Why nothing was found for a name.
public struct LookupError: Error, Hashable, Sendable {
    /// The name as it was asked for.
    public var name: String
    /// Why.
    public var problem: Problem

    /// Creates an error of the lookup of `name`.
    public init(name: String, problem: Problem) {
        self.name = name
        self.problem = problem
    }

    /// The reason why there is no answer.
    @nonexhaustive
    public enum Problem: Hashable, Sendable {
        /// It is not what a name can be.
        case notAName
        /// There is no such name (`NXDOMAIN`), says this server; `nil` where none has to be asked, as for names below
        /// `invalid`.
        case noSuchName(Endpoint?)
        /// The name has nothing of what was asked for, says this server.
        case noRecords(Endpoint)
        /// The service is not offered there (RFC 2782: its target is the root), says this server.
        case notOffered(Endpoint)
        /// Nobody could tell: the latest of each server that was asked. That is no word about the name.
        case unanswered([Complaint])
        /// The time for the whole lookup is over; the complaints of the servers so far.
        case outOfTime([Complaint])
    }

    /// The fault of one server.
    public struct Complaint: Hashable, Sendable {
        /// The server.
        public var server: Endpoint
        /// Its fault.
        public var fault: Fault

        /// Creates a complaint about `server`.
        public init(_ server: Endpoint, _ fault: Fault) {
            self.server = server
            self.fault = fault
        }
    }

    /// The way in which a server failed to answer.
    @nonexhaustive
    public enum Fault: Hashable, Sendable {
        /// Nothing, within its time.
        case silent
        /// It could not be asked, or closed the connection: this errno, or 0 for a connection that it just closed.
        case unreachable(errno: Int32)
        /// It said that it cannot, or does not want to: SERVFAIL, REFUSED and others.
        case failed(ResponseCode)
        /// It neither knows the zone nor asks others.
        case lame
        /// It said something that is no message.
        case malformed(MessageDecodingError)
        /// The aliases of the name lead in a circle, or through too many names.
        case aliases
    }
}

extension LookupError: CustomStringConvertible {
    /// `api.example.com: there is no such name, says 10.0.0.53`, without a full stop.
    public var description: String { "\(name): \(problem)" }
}

extension LookupError.Problem: CustomStringConvertible {
    /// The problem as a clause without a full stop.
    public var description: String {
        switch self {
        case .notAName: "it is no host name"
        case .noSuchName(nil): "there is no such name"
        case .noSuchName(let server?): "there is no such name, says \(server.serverName)"
        case .noRecords(let server): "the name has no address and no service, says \(server.serverName)"
        case .notOffered(let server): "the service is not offered, says \(server.serverName)"
        case .unanswered(let complaints): "no name server can tell" + complaints.inWords
        case .outOfTime(let complaints): "no name server could tell in time" + complaints.inWords
        }
    }
}

extension LookupError.Complaint: CustomStringConvertible {
    /// `10.0.0.53 does not answer`.
    public var description: String {
        let words =
            switch fault {
            case .silent: "does not answer"
            case .unreachable(0): "closes the connection"
            case .unreachable(let errno): "cannot be asked (\(ErrorText.clause(errno)))"
            case .failed(let code): "says \(code)"
            case .lame: "does not know and asks nobody"
            case .malformed(let error): "sends no DNS message (\(error))"
            case .aliases: "sends aliases that lead in a circle"
            }
        return "\(server.serverName) \(words)"
    }
}

extension [LookupError.Complaint] {
    fileprivate var inWords: String { isEmpty ? "" : ": " + map(\.description).joined(separator: ", ") }
}

extension Endpoint {
    /// The address, and the port only where it is not that of all servers.
    fileprivate var serverName: String { port == ResolverConfiguration.port ? "\(address)" : "\(self)" }
}
