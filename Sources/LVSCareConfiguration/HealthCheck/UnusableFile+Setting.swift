package import LVSCareModel
package import LVSCareSettings

extension UnusableFile.Use {
    /// What names the file; `nil` where nothing does.
    package var setting: Setting? {
        switch self {
        case .issuers: .healthIssuers
        case .certificate: .healthCertificate
        case .key: .healthKey
        case .token: .healthTokenFile
        case .hostNames: nil
        }
    }
}

extension UnusableFile {
    /// The mistake of `value`, which names the file.
    package func mistake(at value: RawValue, of source: SettingSource) -> UsageError {
        let mayComeLater = (try? source.boolean(.healthFilesLater, default: false)) ?? false
        let remedy = mayComeLater ? "" : ", or \(source.spelling(of: .healthFilesLater)) where it comes later"
        return UsageError(value, problem, expected: expectation(source) + remedy)
    }

    private func expectation(_ source: SettingSource) -> String {
        switch use {
        case .issuers: "a readable file with the certificates (PEM) of issuers"
        case .certificate:
            "a readable file with a certificate (PEM), and its key unless \(source.spelling(of: .healthKey)) names one"
        case .key: "a readable file with the private key (PEM) of that certificate"
        case .token: "a readable file with one word, the token"
        case .hostNames: "a readable file"
        }
    }
}
