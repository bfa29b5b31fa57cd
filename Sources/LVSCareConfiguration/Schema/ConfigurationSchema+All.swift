extension ConfigurationSchema {
    /// All of them, as the reference explains them.
    package static let all = [
        file, defaults, check, request, call, callOverTLS, service, firewallMark, routePath, linkPath, tunnel,
        persistence, quorum,
        realServer, thresholds, sorryServer, timeouts, synchronization,
    ]
}
