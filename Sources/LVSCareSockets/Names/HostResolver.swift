package import DNS
package import Epoll

/// Looks up host names for the probes of one prober: from the files of this node and by asking name servers, on the
/// loop.
///
/// A name that several ask for is looked up once. At most eight lookups go on at a time; the others wait for their
/// turn within their own time.
package final class HostResolver {
    /// Most lookups at a time; each has at most two sockets.
    package static let most = 8

    private let loop: EpollLoop
    private let files: FileBacked<NameFiles.Content>
    /// Those that go on or wait, by what is looked up.
    private var lookups: [Key: HostLookup] = [:]
    private var waiting: [HostLookup] = []
    /// Number of those that go on.
    package private(set) var underWay = 0

    private struct Key: Hashable {
        /// In small letters.
        var name: String
        var kind: Lookup.Kind
    }

    package init(reading files: NameFiles, on loop: EpollLoop) {
        self.loop = loop
        self.files = files.backed()
    }

    /// Calls `completion` on the loop, within this call or later, with what is found for `name`, or why there is
    /// nothing. That takes `time` at most, or what is left of the time of an earlier lookup of the same. Not at all
    /// when it is cancelled before.
    ///
    /// The request has to be kept: nobody waits for one that is let go of. `getent ahosts NAME`
    package func find(
        _ name: String, _ kind: Lookup.Kind = .addresses(), within time: Duration,
        _ completion: @escaping (Result<Answer, any Error>) -> Void
    ) -> HostRequest {
        let request = HostRequest(completion)
        let key = Key(name: name.lowercased(), kind: kind)
        if let lookup = lookups[key] {
            lookup.add(request)
            return request
        }
        let lookup = HostLookup(of: name, kind, within: time, files: files, on: loop) { [weak self] in
            self?.remove($0, key)
        }
        lookup.add(request)
        lookups[key] = lookup
        waiting.append(lookup)
        startNext()
        return request
    }

    private func startNext() {
        while underWay < Self.most, !waiting.isEmpty {
            underWay += 1
            waiting.removeFirst().start()
        }
    }

    /// Forgets a lookup that is over.
    private func remove(_ lookup: HostLookup, _ key: Key) {
        lookups[key] = nil
        if let index = waiting.firstIndex(where: { $0 === lookup }) {
            waiting.remove(at: index)
        } else {
            underWay -= 1
        }
        startNext()
    }
}

/// A request that waits for a lookup.
package final class HostRequest {
    private var completion: ((Result<Answer, any Error>) -> Void)?
    fileprivate weak var lookup: HostLookup?

    fileprivate init(_ completion: @escaping (Result<Answer, any Error>) -> Void) { self.completion = completion }

    deinit { cancel() }

    /// Waits no longer; a lookup that nobody waits for ends, and its sockets are closed when this returns.
    package func cancel() {
        completion = nil
        let lookup = lookup
        self.lookup = nil
        lookup?.leave()
    }

    /// Whether it still waits.
    fileprivate var isOpen: Bool { completion != nil }

    fileprivate func finish(_ result: Result<Answer, any Error>) {
        let completion = completion
        self.completion = nil
        lookup = nil
        completion?(result)
    }
}

/// One lookup with its sockets and timers: the shell of `Lookup`.
private final class HostLookup {
    private let name: String
    private let kind: Lookup.Kind
    private let time: Duration
    private let files: FileBacked<NameFiles.Content>
    private let loop: EpollLoop
    private var isOver: ((HostLookup) -> Void)?
    private var requests: [Weak] = []
    private var lookup: Lookup?
    private var random = SystemRandomNumberGenerator()
    private var exchanges: [Int: NameExchange] = [:]
    private var deadline: AttendedTimer?
    private var grace: AttendedTimer?
    /// What has happened and was not handed to ``lookup`` yet.
    private var inputs: [Lookup.Input] = []
    private var isHandling = false

    /// A request, which does not live because of the lookup.
    private struct Weak {
        weak var request: HostRequest?
    }

    init(
        of name: String, _ kind: Lookup.Kind, within time: Duration, files: FileBacked<NameFiles.Content>,
        on loop: EpollLoop, isOver: @escaping (HostLookup) -> Void
    ) {
        self.name = name
        self.kind = kind
        self.time = time
        self.files = files
        self.loop = loop
        self.isOver = isOver
        deadline = loop.schedule(afterAttending: time, since: loop.now) { [weak self] in self?.timeIsUp() }
    }

    func add(_ request: HostRequest) {
        request.lookup = self
        requests.append(Weak(request: request))
    }

    /// Ends when no request waits any more.
    func leave() {
        requests.removeAll { $0.request?.isOpen != true }
        if requests.isEmpty { close() }
    }

    func start() {
        files.prepare(on: loop) { [weak self] in self?.begin() }
    }

    private func begin() {
        guard isOver != nil, lookup == nil else { return }
        do {
            let content = try files.current()
            lookup = Lookup(name, kind, configuration: content.configuration, hosts: content.hosts, within: time)
            handle(.start)
        } catch {
            finish(.failure(error))
        }
    }

    private func timeIsUp() {
        guard lookup != nil else { return finish(.failure(LookupError(name: name, problem: .outOfTime([])))) }
        handle(.outOfTime)
    }

    /// What is done about an input may bring about the next.
    private func handle(_ input: Lookup.Input) {
        inputs.append(input)
        guard !isHandling else { return }
        isHandling = true
        defer { isHandling = false }
        while isOver != nil, !inputs.isEmpty {
            let input = inputs.removeFirst()
            for directive in lookup?.handle(input, using: &random) ?? [] { perform(directive) }
        }
    }

    private func perform(_ directive: Lookup.Directive) {
        switch directive {
        case .ask(let question):
            let exchange = NameExchange(question, on: loop) { [weak self] in self?.handle($0) }
            exchanges[question.number] = exchange
            exchange.start()
        case .end(let number):
            exchanges.removeValue(forKey: number)?.end()
        case .grace(let time):
            grace = loop.schedule(afterAttending: time, since: loop.now) { [weak self] in self?.handle(.graceOver) }
        case .finish(let result):
            finish(result.mapError { $0 })
        }
    }

    private func finish(_ result: Result<Answer, any Error>) {
        let requests = requests
        self.requests = []
        close()
        for waiting in requests { waiting.request?.finish(result) }
    }

    private func close() {
        guard let isOver else { return }
        self.isOver = nil
        deadline?.cancel()
        grace?.cancel()
        for exchange in exchanges.values { exchange.end() }
        exchanges = [:]
        isOver(self)
    }
}
