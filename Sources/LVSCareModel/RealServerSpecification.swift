/// The specification of one declared real server of a virtual service.
public struct RealServerSpecification: Hashable, Sendable {
    /// Which one.
    public var realServer: RealServer
    /// Its share of new connections while it is healthy.
    public var weight: Weight
    /// How packets get to it. Where the real server is on this node, the kernel delivers them whatever this says.
    public var forwarding: ForwardingMethod
    /// Numbers of connections between which the kernel schedules new ones to it; `nil` leaves those that the kernel has.
    public var thresholds: ConnectionThresholds? {
        get { details?.value.thresholds }
        set { changeDetails { $0.thresholds = newValue } }
    }
    /// The policy of its health; `nil` for the policy of its service.
    public var health: HealthPolicy? {
        get { details?.value.health }
        set { changeDetails { $0.health = newValue } }
    }
    /// The endpoint that is probed in its place; `nil` for the real server itself.
    public var checkEndpoint: Endpoint? {
        get { details?.value.checkEndpoint }
        set { changeDetails { $0.checkEndpoint = newValue } }
    }

    /// What most real servers have not, so that it takes little room.
    private struct Details: Hashable, Sendable {
        var thresholds: ConnectionThresholds?
        var health: HealthPolicy?
        var checkEndpoint: Endpoint?

        static let none = Details()
    }

    /// `nil` where it would be ``Details/none``.
    private var details: Shared<Details>?

    private mutating func changeDetails(_ change: (inout Details) -> Void) {
        var changed = details?.value ?? .none
        change(&changed)
        details = changed == .none ? nil : Shared(changed)
    }

    /// Creates a specification, by default of weight 1, masqueraded, and with the checks of the service.
    ///
    /// By default its thresholds stay as they are, and it is probed at its own endpoint.
    public init(
        _ realServer: RealServer, weight: Weight = .normal, forwarding: ForwardingMethod = .masquerade,
        thresholds: ConnectionThresholds? = nil, health: HealthPolicy? = nil, checkEndpoint: Endpoint? = nil
    ) {
        self.realServer = realServer
        self.weight = weight
        self.forwarding = forwarding
        let details = Details(thresholds: thresholds, health: health, checkEndpoint: checkEndpoint)
        self.details = details == .none ? nil : Shared(details)
    }

    /// Where its probes go.
    public var probed: Endpoint { checkEndpoint ?? realServer.endpoint }
}
