import Addressing

/// One question, and the servers that it goes to, one after the other, until one answers it.
///
///     asked ── records, none, no such name ──▶ finished
///       │ ▲──── cut: the same by stream; options refused: the same without
///       └─┴──── silent, broken, SERVFAIL…: the next server; a silent one is asked again in the next round
struct Inquiry: Sendable {
    /// What came of it.
    enum Verdict: Hashable, Sendable {
        case found(Answer.Found, timeToLive: UInt32)
        case noRecords(Endpoint)
        case notOffered(Endpoint)
        case noSuchName(Endpoint)
        /// Nobody answered; the complaints say why.
        case failed
    }

    /// A question on its way.
    struct Sent: Sendable {
        var number: Int
        var query: Message
        var server: Endpoint
        var transport: Lookup.Transport
    }

    let question: Question
    /// What is wrong with servers, in the order in which that was found.
    private(set) var complaints: [LookupError.Complaint] = []
    /// What came of it; `nil` as long as it goes on.
    private(set) var verdict: Verdict?
    /// What waits for an answer; `nil` where nothing does.
    private(set) var sent: Sent?
    /// Whom to ask, several times where they may be silent.
    private var servers: ArraySlice<Endpoint>
    /// Who need not be asked the same again.
    private var spoken: Set<Endpoint> = []
    private let transport: Lookup.Transport

    init(_ question: Question, to servers: [Endpoint], rounds: Int, by transport: Lookup.Transport) {
        self.question = question
        self.servers = Array(repeating: servers, count: rounds).joined().map(\.self)[...]
        self.transport = transport
    }

    /// Asks the next server, or finishes.
    mutating func askNext(number: Int, id: UInt16) {
        sent = nil
        while let server = servers.popFirst() {
            if spoken.contains(server) { continue }
            let query = Message.query(question, id: id, datagramSize: Message.usualDatagramSize)
            sent = Sent(number: number, query: query, server: server, transport: transport)
            return
        }
        verdict = .failed
    }

    /// Takes in what the server of ``sent`` has said; `number` and `id` are for what is asked next.
    ///
    /// Returns whether it was about the question.
    mutating func receive(_ octets: [UInt8], number: Int, id: UInt16) -> Bool {
        guard let sent else { return false }
        switch Reply(to: sent.query, isStreamed: sent.transport == .stream, octets) {
        case .ignored: return false
        case .cut: ask(sent.server, by: .stream, datagramSize: sent.query.datagramSize, number: number, id: id)
        case .withoutOptions: ask(sent.server, by: sent.transport, datagramSize: nil, number: number, id: id)
        case .found(let found, let timeToLive): finish(.found(found, timeToLive: timeToLive))
        case .noRecords: finish(.noRecords(sent.server))
        case .notOffered: finish(.notOffered(sent.server))
        case .noSuchName: finish(.noSuchName(sent.server))
        case .fault(let fault): complain(fault, number: number, id: id)
        }
        return true
    }

    /// The server of ``sent`` is of no use: notes that, and asks the next.
    mutating func complain(_ fault: LookupError.Fault, number: Int, id: UInt16) {
        guard let sent else { return }
        complaints.removeAll { $0.server == sent.server }
        complaints.append(LookupError.Complaint(sent.server, fault))
        // What was lost may come the next time; what was said will be said again.
        if fault != .silent { spoken.insert(sent.server) }
        askNext(number: number, id: id)
    }

    /// Waits no longer.
    mutating func giveUp() {
        if let sent, !complaints.contains(where: { $0.server == sent.server }) {
            complaints.append(LookupError.Complaint(sent.server, .silent))
        }
        finish(.failed)
    }

    private mutating func finish(_ verdict: Verdict) {
        self.verdict = verdict
        sent = nil
    }

    private mutating func ask(
        _ server: Endpoint, by transport: Lookup.Transport, datagramSize: UInt16?, number: Int, id: UInt16
    ) {
        let query = Message.query(question, id: id, datagramSize: datagramSize)
        sent = Sent(number: number, query: query, server: server, transport: transport)
    }
}
