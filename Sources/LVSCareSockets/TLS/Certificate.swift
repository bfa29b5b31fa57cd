import COpenSSL
import Glibc

/// A certificate (X.509, RFC 5280). Never changes, and may be used on any thread.
package final class Certificate: @unchecked Sendable {
    /// `X509 *`
    package let pointer: OpaquePointer

    /// Takes over one reference.
    package init(owning pointer: OpaquePointer) { self.pointer = pointer }

    /// Shares a certificate of the library's.
    package convenience init(sharing pointer: OpaquePointer) {
        X509_up_ref(pointer)
        self.init(owning: pointer)
    }

    deinit { X509_free(pointer) }

    /// Why a certificate was refused.
    package struct Objection: Hashable {
        /// `X509_V_ERR_…`, x509_verify_cert_error_string(3).
        package let code: Int32
        /// How far from the server's own certificate the one is that it is about; 0 for itself.
        package let depth: Int32
        /// When that one begins and ceases to be valid, in seconds since 1970 (UTC).
        package let notBefore: Int64?
        package let notAfter: Int64?

        /// The library's words.
        package var words: String { String(cString: X509_verify_cert_error_string(Int(code))) }
    }

    /// When it begins to be valid, in seconds since 1970 (UTC).
    package var notBefore: Int64? { Self.seconds(X509_get0_notBefore(pointer)) }

    /// When it ceases to be valid, in seconds since 1970 (UTC).
    package var notAfter: Int64? { Self.seconds(X509_get0_notAfter(pointer)) }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Int64(timegm(&parts))
    }

    /// Does `body` with each subject alternative name: its type (`GEN_DNS` …) and its octets.
    package func forEachName(_ body: (_ type: Int32, _ octets: UnsafeRawBufferPointer) -> Void) {
        guard let names = X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil).map(OpaquePointer.init) else {
            ERR_clear_error()
            return
        }
        defer { GENERAL_NAMES_free(names) }
        for index in 0..<max(0, OPENSSL_sk_num(names)) {
            guard let name = OPENSSL_sk_value(names, index)?.assumingMemoryBound(to: GENERAL_NAME.self) else {
                continue
            }
            var type: Int32 = -1
            guard let value = GENERAL_NAME_get0_value(name, &type), type == GEN_DNS || type == GEN_IPADD else {
                continue
            }
            let string = value.assumingMemoryBound(to: ASN1_STRING.self)
            body(
                type,
                UnsafeRawBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
        }
    }

    // MARK: PEM

    /// The certificates in a text in PEM form (RFC 7468); `nil` when one of them is broken.
    package static func all(inPEM text: [UInt8]) -> [Certificate]? {
        withReader(of: text) { reader in
            var certificates: [Certificate] = []
            while let pointer = PEM_read_bio_X509(reader, nil, noPassphrase, nil) {
                certificates.append(Certificate(owning: pointer))
            }
            // That is how a text ends in which there is no further one.
            let code = ERR_peek_last_error()
            ERR_clear_error()
            return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE ? certificates : nil
        }
    }
}

/// A private key, which the library keeps to itself. Never changes, and may be used on any thread.
package final class PrivateKey: @unchecked Sendable {
    /// `EVP_PKEY *`
    package let pointer: OpaquePointer

    /// The first private key in a text in PEM form; `nil` when there is none, or one with a passphrase.
    package init?(inPEM text: [UInt8]) {
        let pointer = withReader(of: text) { PEM_read_bio_PrivateKey($0, nil, noPassphrase, nil) }
        ERR_clear_error()
        guard let pointer else { return nil }
        self.pointer = pointer
    }

    deinit { EVP_PKEY_free(pointer) }
}

/// Nobody is asked for a passphrase; by itself the library would, on the terminal.
private func noPassphrase(
    _ memory: UnsafeMutablePointer<CChar>?, _ room: Int32, _ isWriting: Int32, _ context: UnsafeMutableRawPointer?
) -> Int32 { -1 }

/// Does `body` with a `BIO *` that reads `text`; `nil` where there is nothing to read, and for want of memory.
private func withReader<Result>(of text: [UInt8], _ body: (OpaquePointer) -> Result?) -> Result? {
    text.withUnsafeBytes { octets in
        guard let reader = BIO_new_mem_buf(octets.baseAddress, Int32(clamping: octets.count)) else { return nil }
        defer { BIO_free(reader) }
        return body(reader)
    }
}
