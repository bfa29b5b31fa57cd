public import LVSCareModel
import LVSCareSockets

extension ProbeConfiguration {
    /// Reads all files that the probe names, and throws the first that cannot be used: it is missing, may not be read,
    /// is not what it should be, or the key is not that of the certificate.
    ///
    /// Waits for the file system as long as that takes.
    public func checkFiles() throws(UnusableFile) {
        let traits = traits
        if let path = traits.tokenFile { _ = try BearerToken.read(from: SmallFile(path: path, use: .token)) }
        try traits.tls?.checkFiles()
    }
}

extension TLSProbeConfiguration {
    fileprivate func checkFiles() throws(UnusableFile) {
        let maker = TLSContextMaker(configuration: self)
        guard !maker.files.isEmpty else { return }
        do {
            _ = try maker.make()
        } catch let file as UnusableFile {
            throw file
        } catch {
            // Errors of the library are reported by the probes.
        }
    }
}
