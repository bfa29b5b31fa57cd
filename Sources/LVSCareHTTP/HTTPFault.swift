/// Why an exchange of HTTP failed.
package struct HTTPFault: Error, Hashable {
    /// Who or what is to blame.
    package enum Kind: Hashable {
        /// What came is not what the protocol allows.
        case protocolError
        /// The server ended the connection, or the one stream of it, without a response.
        case reset
        /// The request has no form on the wire.
        case invalidRequest
    }

    package let kind: Kind
    /// What happened, in words for the operator.
    package let detail: String

    /// A fault of its parts.
    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// The connection ended before anything of a response had come.
    package static let closedEarly = HTTPFault(.reset, "connection closed before an answer")
}
