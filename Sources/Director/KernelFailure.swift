/// A change or a look-up that the kernel refused, in words an operator can act on.
public struct KernelFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being done: `create virtual service`, `read routes` …
    public var operation: String
    /// To what: `169.254.0.1:80`, `127.0.0.1:8081 of 169.254.0.1:80` …
    public var object: String
    /// The errno, 0 when the failure has none.
    public var code: Int32
    /// What the kernel or the C library says about it.
    public var message: String
    /// What the operator can do about it; empty when there is nothing particular to say.
    public var remedy: String

    /// A failure of its parts.
    public init(operation: String, object: String, code: Int32, message: String, remedy: String = "") {
        self.operation = operation
        self.object = object
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// `cannot create virtual service 169.254.0.1:80: Operation not permitted (errno 1); remedy`.
    public var description: String {
        var text = "cannot \(operation) \(object): \(message)"
        if code != 0 { text += " (errno \(code))" }
        if !remedy.isEmpty { text += "; \(remedy)" }
        return text
    }
}
