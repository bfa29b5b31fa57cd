import Addressing
import Director
import IPVS
import LVSCareModel
import SocketDiagnostics
import SystemPackage

/// The sockets of this network namespace, and the connections that its kernel balances.
///
/// Clients in other network namespaces, such as those of pods, are beyond its reach.
final class LinuxClientSockets: ClientSockets {
    private var opened: SocketDiagnosticsClient?

    /// The states in which somebody may wait for an answer.
    private static let states: Set<TCPState> = [.established, .synSent]

    /// Opens nothing before somebody asks, which few nodes ever do.
    private func diagnostics() throws(SocketDiagnosticsError) -> SocketDiagnosticsClient {
        if let opened { return opened }
        let client = try SocketDiagnosticsClient()
        opened = client
        return client
    }

    func sockets(to service: Endpoint) throws(KernelFailure) -> [TCPSocket] {
        do throws(SocketDiagnosticsError) {
            return try diagnostics().tcpSockets(in: Self.states, to: service)
        } catch {
            throw KernelFailure(error)
        }
    }

    func realServers(of clients: Set<Endpoint>, at service: Endpoint) -> [Endpoint: RealServer] {
        ConnectionTable.destinations(of: clients, at: service).mapValues(RealServer.init)
    }

    func abort(_ sockets: [TCPSocket]) -> [KernelFailure?] {
        do throws(SocketDiagnosticsError) {
            return try diagnostics().destroy(sockets).map { $0.map(KernelFailure.init) }
        } catch {
            return sockets.map { _ in KernelFailure(error) }
        }
    }
}

extension KernelFailure {
    /// A refusal of socket diagnostics in the engine's words.
    init(_ error: SocketDiagnosticsError) {
        self.init(
            operation: error.operation.rawValue, object: error.object, code: error.errno?.rawValue ?? 0,
            message: "\(error.underlying)", hint: error.notPermitted ? .needsNetworkAdministrator : nil,
            kind: error.notPermitted ? .notPermitted : .other)
    }
}
