package import LVSCareSettings

/// What a probe says to the real server: the values of `--health-schem`.
package enum HealthScheme: String, CaseIterable {
    case http
    case https
    case tcp
    case grpc
    case grpcs

    /// The scheme that `source` asks for, in whatever case; `https` where it does not.
    package init(_ source: SettingSource) throws(UsageError) {
        self = try source.choice(.healthScheme) ?? .https
    }
}
