import COpenSSL

/// Why a TLS session failed.
package enum TLSFailure: Error, Hashable {
    /// The connection ended in the handshake.
    case endInHandshake
    /// The connection ended without a close_notify.
    case endWithoutCloseNotify
    /// The server ended the session with this alert.
    case alert(TLSAlert)
    /// The certificate was refused.
    case refused(Certificate.Objection)
    /// The library's error about what the server sent, in its words: `wrong version number`.
    case broken(String, code: Int32)
    /// The server sends messages of the handshake without an end after the handshake.
    case flood

    /// The oldest error that the library has noted on this thread, which is the cause of the others; forgets all of
    /// them.
    package static func latest() -> TLSFailure {
        let code = ERR_get_error()
        defer { ERR_clear_error() }
        let reason = ERR_GET_REASON(code)
        if ERR_GET_LIB(code) == ERR_LIB_SSL, let alert = TLSAlert(reason: reason) { return .alert(alert) }
        return .broken(words(of: code), code: reason)
    }

    /// `ERR_reason_error_string(3)` in lower case.
    private static func words(of code: UInt) -> String {
        guard let text = ERR_reason_error_string(code) else { return "unknown error" }
        return String(cString: text).lowercased()
    }

    /// Whether the server does not speak TLS, as far as the library knows.
    package static func isOtherProtocol(_ code: Int32) -> Bool {
        [SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG]
            .contains(code)
    }
}

/// An alert by which the other side ends a session (RFC 8446, section 6).
package struct TLSAlert: Hashable, CustomStringConvertible {
    package let number: Int32

    package static let unrecognizedName = TLSAlert(number: 112)
    package static let certificateRequired = TLSAlert(number: 116)

    package init(number: Int32) { self.number = number }

    /// The alert that the library's reason stands for; `nil` when it is about something else.
    package init?(reason: Int32) {
        guard reason >= SSL_AD_REASON_OFFSET, reason < SSL_AD_REASON_OFFSET + 256 else { return nil }
        number = reason - SSL_AD_REASON_OFFSET
    }

    /// The name in the words of the RFC: `handshake_failure`.
    package var description: String { Self.names[number] ?? "\(number)" }

    /// Whether servers that want a client certificate send this one.
    package var mayAskForCertificate: Bool { self == .certificateRequired || [40, 42, 49].contains(number) }

    /// Whether it may be about a certificate of the client.
    package var mayBeAboutCertificate: Bool { mayAskForCertificate || [43, 44, 45, 46, 48].contains(number) }

    private static let names: [Int32: String] = [
        10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
        30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate",
        43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
        46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
        51: "decrypt_error", 60: "export_restriction", 70: "protocol_version", 71: "insufficient_security",
        80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
        109: "missing_extension", 110: "unsupported_extension", 111: "certificate_unobtainable",
        112: "unrecognized_name", 113: "bad_certificate_status_response", 114: "bad_certificate_hash_value",
        115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
    ]
}
