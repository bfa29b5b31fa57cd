extension ProbeConfiguration {
    /// What others than the prober have to know of a kind of probe. A new kind says it here, beside its settings.
    package struct Traits {
        /// How TLS is spoken where it is; `nil` where it never is.
        package var tls: TLSProbeConfiguration?
        /// Whether the first connection speaks TLS; a redirect may lead to it later.
        package var beginsWithTLS = false
        /// File with a bearer token; `nil` for none.
        package var tokenFile: String?
        /// Whether the server sends a response, beyond taking the connection.
        package var hasResponse = true
        /// Whether the connection of a healthy probe may stay open, so that its end can be monitored.
        package var leavesConnection = false
    }

    /// The traits of this kind of probe.
    package var traits: Traits {
        switch self {
        case .tcp: Traits(hasResponse: false)
        case .http(let http):
            Traits(
                tls: http.tls, beginsWithTLS: http.scheme == .https, tokenFile: http.tokenFile, leavesConnection: true)
        case .grpc(let grpc): Traits(tls: grpc.tls, beginsWithTLS: grpc.tls != nil)
        }
    }
}
