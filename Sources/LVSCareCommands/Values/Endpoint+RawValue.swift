import Addressing
import LVSCareModel

extension Endpoint {
    /// The endpoint that `value` says.
    init(_ value: RawValue, expected: String) throws(UsageError) {
        do throws(EndpointParsingError) {
            try self.init(value.text)
        } catch {
            throw UsageError(value, error.abbreviated.description, expected: expected)
        }
    }
}

extension EndpointParsingError {
    /// The same of a text that a message bears.
    fileprivate var abbreviated: EndpointParsingError {
        switch self {
        case .hostName(let text): .hostName(text.abbreviated)
        case .notAnAddress(let text): .notAnAddress(text.abbreviated)
        case .port(let text): .port(text.abbreviated)
        default: self
        }
    }
}
