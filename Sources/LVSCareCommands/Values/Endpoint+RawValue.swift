import Addressing
import LVSCareSettings

extension Endpoint {
    /// The endpoint that `value` says.
    init(_ value: RawValue, expected: String) throws(UsageError) {
        do throws(EndpointParsingError) {
            try self.init(value.text)
        } catch {
            throw UsageError(value, error.description, expected: expected)
        }
    }
}
