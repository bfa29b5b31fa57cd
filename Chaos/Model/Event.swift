/// Time since the begin of the run.
public typealias Moment = Duration

/// What the kernel's table had for one service.
public struct ServiceSight: Hashable, Sendable {
    /// Its scheduler, and its options where it has any.
    public var configuration: String
    /// The weights of the declared real servers that are there.
    public var weights: [Site: UInt32]
    /// The weights of the others, by address.
    public var undeclared: [String: UInt32]

    /// A sight of its parts.
    public init(configuration: String, weights: [Site: UInt32], undeclared: [String: UInt32] = [:]) {
        self.configuration = configuration
        self.weights = weights
        self.undeclared = undeclared
    }
}

/// What the kernel had, at some moment between `began` and `ended`.
public struct Observation: Hashable, Sendable {
    /// Before the kernel was asked.
    public var began: Moment
    /// After all its answers were there.
    public var ended: Moment
    /// The services; one that is missing was not there.
    public var services: [VIP: ServiceSight]
    /// Everything else.
    public var facts: [Fact: String]
    /// What was there twice.
    public var duplicates: [String]
    /// How long each daemon was at work since the look before, or had work and no processor: time in which it waits for
    /// nobody's answer.
    public var busy: [VIP: Duration]

    /// An observation of its parts.
    public init(
        began: Moment, ended: Moment, services: [VIP: ServiceSight], facts: [Fact: String], duplicates: [String] = [],
        busy: [VIP: Duration] = [:]
    ) {
        self.busy = busy
        self.began = began
        self.ended = ended
        self.services = services
        self.facts = facts
        self.duplicates = duplicates
    }
}

/// One request of a client to the VIP.
public struct Request: Hashable, Sendable {
    /// How it ended.
    public enum Outcome: Hashable, Sendable {
        /// It was answered.
        case answered
        /// The connection was refused, reset or closed, or there was no way: the errno's name.
        case failed(String)
        /// Nothing came within the client's timeout.
        case timedOut
    }

    /// Where a client is.
    public enum Origin: Hashable, Sendable {
        /// On the node.
        case node
        /// On another host, from which packets to the VIP are routed through the node.
        case elsewhere
    }

    /// The connection that carried earlier requests.
    public struct Earlier: Hashable, Sendable {
        /// Who answered them; `nil` for an undeclared real server.
        public var site: Site?
        /// When the last one was begun that was answered, so the connection was good then or later.
        public var asked: Moment
        /// Whether the real server sees another address than the client's.
        public var isMasqueraded: Bool

        /// Who answered, and when it was last asked.
        public init(site: Site?, asked: Moment, isMasqueraded: Bool = false) {
            self.site = site
            self.asked = asked
            self.isMasqueraded = isMasqueraded
        }
    }

    /// The service.
    public var vip: VIP
    /// Who asks.
    public var origin: Origin
    /// What is known of the connection; `nil` for a new one.
    public var earlier: Earlier?
    /// Before it was sent, or before the client connected.
    public var began: Moment
    /// When it was answered or given up.
    public var ended: Moment
    /// How it ended.
    public var outcome: Outcome

    /// A request of its parts.
    public init(
        vip: VIP, origin: Origin = .node, earlier: Earlier? = nil, began: Moment, ended: Moment, outcome: Outcome
    ) {
        self.vip = vip
        self.origin = origin
        self.earlier = earlier
        self.began = began
        self.ended = ended
        self.outcome = outcome
    }
}

/// A client's look at a VIP while nothing is disturbed: new connections until each real server answered one, or for as
/// long as that may take.
public struct Tour: Hashable, Sendable {
    /// The service.
    public var vip: VIP
    /// Where the client is.
    public var origin: Request.Origin
    /// Before the first connection.
    public var began: Moment
    /// After the last.
    public var ended: Moment
    /// The real servers that answered.
    public var reached: Set<Site>
    /// How many connections there were.
    public var connections: Int

    /// A tour of its parts.
    public init(
        vip: VIP, origin: Request.Origin = .node, began: Moment, ended: Moment, reached: Set<Site>, connections: Int
    ) {
        self.vip = vip
        self.origin = origin
        self.began = began
        self.ended = ended
        self.reached = reached
        self.connections = connections
    }
}

/// One entry of the history of a run.
public enum Event: Hashable, Sendable {
    /// The disturbance of this number is about to begin.
    case began(Int, Disturbance, at: Moment)
    /// It is over: what was done in one moment is done, what was away is back; a daemon, when it
    /// is ready.
    case ended(Int, at: Moment)
    /// The kernel was looked at.
    case observed(Observation)
    /// A client has its answer, or none.
    case requested(Request)
    /// A client has seen whom it reaches.
    case toured(Tour)

    /// When it was known.
    public var moment: Moment {
        switch self {
        case .began(_, _, let moment), .ended(_, let moment): moment
        case .observed(let observation): observation.ended
        case .requested(let request): request.ended
        case .toured(let tour): tour.ended
        }
    }
}

/// Something that was promised and not kept.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// The promises; `docs/reliability.md` numbers them alike.
    public enum Invariant: Int, CaseIterable, Hashable, Sendable {
        case repaired = 1
        case foreignUntouched
        case connectionKept
        case newConnectionAnswered
        case healthyServerInTable
        case noDuplicate
        case nothingLeaked
        case healthyServerReachable
    }

    /// Which promise.
    public var invariant: Invariant
    /// When it was seen.
    public var at: Moment
    /// The disturbances that may have to do with it.
    public var disturbances: [Int]
    /// What was expected, what was found, and by whom.
    public var text: String

    /// A violation of its parts.
    public init(_ invariant: Invariant, at: Moment, disturbances: [Int] = [], _ text: String) {
        self.invariant = invariant
        self.at = at
        self.disturbances = disturbances
        self.text = text
    }

    /// One line.
    public var description: String {
        let numbers = disturbances.isEmpty ? "" : " after #" + disturbances.map(String.init).joined(separator: ", #")
        return "invariant \(invariant.rawValue) (\(invariant)) at \(at.milliseconds) ms\(numbers): \(text)"
    }
}
