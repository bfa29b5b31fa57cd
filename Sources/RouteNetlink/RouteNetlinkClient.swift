public import Netlink

/// Links, addresses and routes of one network namespace, as the `ip` command shows and changes them.
///
/// The operations stand beside the values that they work on: links in `Link/`, addresses in `Address/`, routes in
/// `Route/`. A client is used by one owner at a time and belongs to the namespace of the thread that opened it.
public final class RouteNetlinkClient {
    private let connection: NetlinkConnection
    /// The names by which errors call links.
    private let names: (LinkIndex) -> String?

    /// A client over `connection`, which must be one to the family `NETLINK_ROUTE`; `names` has names of links for people.
    public init(over connection: NetlinkConnection, naming names: @escaping (LinkIndex) -> String? = { _ in nil }) {
        self.connection = connection
        self.names = names
    }

    /// A client over a new socket in this thread's network namespace; `timeout` is the longest wait for an answer.
    public convenience init(timeout: Duration = .seconds(5)) throws(RouteNetlinkError) {
        do throws(NetlinkError) {
            self.init(over: try NetlinkConnection(.route, timeout: timeout), naming: \.nameHere)
        } catch {
            throw RouteNetlinkError(.open, "a route netlink socket", underlying: error)
        }
    }

    // MARK: For people

    /// The route in words, with the names of links.
    public func text(of route: Route) -> String { route.description(naming: names) }

    /// The address in words, with the name of its link.
    public func text(of address: InterfaceAddress) -> String { address.description(naming: names) }

    /// The link in words, by its name where there is one.
    func text(of link: LinkIndex) -> String { link.text(names) }

    // MARK: For the operations

    /// Has the kernel execute `request`, which does `operation` to `object`.
    func execute(
        _ request: NetlinkRequest, _ operation: RouteNetlinkError.Operation, _ object: @autoclosure () -> String
    ) throws(RouteNetlinkError) {
        do throws(NetlinkError) {
            try connection.execute(request)
        } catch {
            throw RouteNetlinkError(operation, object(), underlying: error)
        }
    }

    /// Asks for `object`.
    func lookUp<Value>(
        _ request: NetlinkRequest, _ object: @autoclosure () -> String,
        decode: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Value?
    ) throws(RouteNetlinkError) -> Value {
        do throws(NetlinkError) {
            guard let value = try connection.reply(to: request, decode: decode) else { throw .noReply }
            return value
        } catch {
            throw RouteNetlinkError(.lookUp, object(), underlying: error)
        }
    }

    /// Asks for each of many objects in one exchange; the answers are in the order of `requests`.
    func lookUp<Value>(
        all requests: [NetlinkRequest],
        decode: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Value?
    ) -> [Result<Value, NetlinkError>] {
        connection.replies(to: requests, decode: decode)
    }

    /// Asks for all `objects`; those that `decode` maps to `nil` are left out.
    func list<Value>(
        _ request: NetlinkRequest, _ objects: @autoclosure () -> String,
        decode: (NetlinkHeader, RawSpan) throws(NetlinkDecodingError) -> Value?
    ) throws(RouteNetlinkError) -> [Value] {
        do throws(NetlinkError) {
            return try connection.dump(request, decode: decode)
        } catch {
            throw RouteNetlinkError(.list, objects(), underlying: error)
        }
    }
}

extension NetlinkRequest {
    /// A request of this family, whose payload `body` writes.
    init(_ message: RouteMessage, flags: NetlinkFlags = [], _ body: (inout AttributeWriter) -> Void) {
        self.init(type: message.rawValue, flags: flags, body)
    }
}
