/// What a probe says to the real server: the values of `--health-schem`.
enum HealthScheme: String, CaseIterable {
    case http
    case https
    case tcp
    case grpc
    case grpcs

    /// The scheme that `source` asks for, in whatever case; `https` where it does not.
    init(_ source: SettingSource) throws(UsageError) {
        guard let value = source.value(.healthScheme) else {
            self = .https
            return
        }
        guard let scheme = HealthScheme(rawValue: value.text.lowercased()) else {
            throw UsageError(value, "there is no such probe", expected: "http, https, tcp, grpc or grpcs")
        }
        self = scheme
    }
}
