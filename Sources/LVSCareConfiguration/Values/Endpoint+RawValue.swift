package import Addressing
package import LVSCareSettings

extension Endpoint {
    /// The endpoint that `value` says; one of port 0, any port, only where so said.
    package init(_ value: RawValue, expected: String, anyPort: Bool = false) throws(UsageError) {
        do throws(EndpointParsingError) {
            self = anyPort ? try Endpoint(anyPort: value.text) : try Endpoint(value.text)
        } catch {
            throw UsageError(value, error.description, expected: expected)
        }
    }
}
