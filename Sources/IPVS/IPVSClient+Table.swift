extension IPVSClient {
    /// Returns all virtual services with their real servers, in the order of the kernel; empty when there are none.
    /// `ipvsadm -Ln`
    ///
    /// Only the real servers of services that `isWanted` accepts are asked for, one list for each. A service that is
    /// deleted meanwhile is absent, so no answer mixes two services; but it is no snapshot either, as ``services(where:)`` is
    /// none.
    ///
    /// Throws what ``services(where:)`` and ``destinations(of:)`` throw, but nothing for a deleted service:
    /// ``IPVSError/Reason/notPermitted`` without `CAP_NET_ADMIN`.
    public func table(
        of isWanted: (Service.Identity) -> Bool = { _ in true }
    ) throws(IPVSError) -> [TableEntry] {
        var entries: [TableEntry] = []
        for service in try services(where: isWanted) {
            if let entry = try entry(service) { entries.append(entry) }
        }
        return entries
    }

    /// Returns the virtual service `identity` with its real servers; `nil` when the kernel has no such service.
    /// `ipvsadm -Ln -t ADDRESS:PORT`
    ///
    /// Two questions, whatever else is in the table. Throws what ``service(_:)`` throws.
    public func tableEntry(_ identity: Service.Identity) throws(IPVSError) -> TableEntry? {
        guard let service = try service(identity) else { return nil }
        return try entry(service)
    }

    private func entry(_ service: Service) throws(IPVSError) -> TableEntry? {
        do throws(IPVSError) {
            return TableEntry(service: service, destinations: try destinations(of: service.identity))
        } catch {
            // Deleted between the two questions.
            guard error.reason == .noSuchService else { throw error }
            return nil
        }
    }
}
