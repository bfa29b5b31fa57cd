import COpenSSL
import Glibc

extension Certificate.Objection {
    /// What a verification comes upon, as far as users can do something about it.
    package enum Kind: Hashable {
        case expired
        case notYetValid
        case wrongName
        case wrongPurpose
        case weak
        case unknownIssuer
        case other
    }

    package var kind: Kind {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongName
        case X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_CERT_REJECTED: .wrongPurpose
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK: .weak
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE,
            X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_INVALID_CA:
            .unknownIssuer
        default: .other
        }
    }
}

extension String {
    /// The day of a time in seconds since 1970: `2026-01-31`, in UTC.
    package init(day seconds: Int64) {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        let month = String(101 + parts.tm_mon).dropFirst()
        let day = String(100 + parts.tm_mday).dropFirst()
        self = "\(parts.tm_year + 1900)-\(month)-\(day)"
    }
}
