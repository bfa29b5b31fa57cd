import CLinux
import Glibc
import StaticPod

/// A file in the folder that the kubelet watches, which never sees half of it.
struct ManifestFile: Hashable {
    /// The folder.
    var folder: String
    /// The file's name in it.
    var name: String

    /// Where the file is.
    var path: String { folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)" }

    /// What is in it; `nil` when there is no such file.
    func read() throws(StatusError) -> [UInt8]? {
        guard let folder = try openFolder() else { return nil }
        defer { close(folder) }
        return try read(in: folder)
    }

    /// Puts what `change` makes of the present content in its place, and says whether there was anything to put.
    ///
    /// Another process that does the same waits meanwhile. The folder is made where it is missing, if that is wanted.
    @discardableResult
    func replace(
        makingFolder: Bool, _ change: ([UInt8]?) throws(StatusError) -> [UInt8]?
    ) throws(StatusError) -> Bool {
        if makingFolder { try makeFolder() }
        guard let folder = try openFolder() else {
            guard try change(nil) != nil else { return false }
            throw failure("open the folder", self.folder, ENOENT)
        }
        defer { close(folder) }
        // Where the file system has no locks, there is at least nobody who sees half a file.
        while flock(folder, LOCK_EX) != 0, errno == EINTR {}
        guard let octets = try change(read(in: folder)) else { return false }
        try write(octets, in: folder)
        return true
    }
}

extension ManifestFile {
    /// A name of its own in the same folder; the kubelet ignores names with a dot in front.
    ///
    /// It is always the same one, so that what a process left behind that was killed is gone after the next.
    private var temporaryName: String { ".\(name).new" }

    private func openFolder() throws(StatusError) -> Int32? {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open the folder", folder, errno)
        }
        return descriptor
    }

    private func makeFolder() throws(StatusError) {
        var path = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            path += part + "/"
            guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("make the folder", path, errno) }
        }
    }

    private func read(in folder: Int32) throws(StatusError) -> [UInt8]? {
        // A fifo must not make us wait.
        let descriptor = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            if errno == ELOOP {
                throw StatusError(
                    .usage,
                    """
                    \(path.quoted) is a symbolic link, which stays as it is; give the folder of the file that it points \
                    to with \(StaticPodFlag.path.spelling), or remove it
                    """)
            }
            throw failure("read", path, errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read", path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StatusError(.usage, "\(path.quoted) is not a file that a manifest could be in; move it away")
        }
        guard status.st_size <= PodManifest.sizeLimit else {
            throw StatusError(
                .usage, "\(path.quoted) is larger than 1 MiB, which no manifest of a pod is; move it away")
        }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while octets.count <= PodManifest.sizeLimit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path, errno) }
            if count == 0 { break }
            octets += chunk[..<count]
        }
        return octets
    }

    private func write(_ octets: [UInt8], in folder: Int32) throws(StatusError) {
        // A signal, that of a file that grew too large included, would leave the temporary file behind.
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }

        let failed = writeTemporary(octets, in: folder)
        if failed == 0, renameat(folder, temporaryName, folder, name) == 0 {
            guard fsync(folder) == 0 else { throw failure("save the folder of", path, errno) }
            return
        }
        let code = failed == 0 ? errno : failed
        unlinkat(folder, temporaryName, 0)
        throw failure("write", path, code)
    }

    /// Returns the errno of what failed, 0 if nothing did.
    private func writeTemporary(_ octets: [UInt8], in folder: Int32) -> Int32 {
        guard unlinkat(folder, temporaryName, 0) == 0 || errno == ENOENT else { return errno }
        let descriptor = openat(folder, temporaryName, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        // The umask may have taken from the mode what we need ourselves.
        guard fchmod(descriptor, 0o600) == 0 else { return errno }
        var written = 0
        while written < octets.count {
            let count = octets[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            written += count
        }
        return fsync(descriptor) == 0 ? 0 : errno
    }

    private func failure(_ operation: String, _ path: String, _ code: Int32) -> StatusError {
        let remedy =
            switch code {
            case EACCES, EPERM: "; this usually takes root"
            case EROFS, ENOENT, ENOTDIR: "; choose another folder with \(StaticPodFlag.path.spelling)"
            case ENOSPC, EDQUOT: "; make room and run it again, what was there is still there"
            default: ""
            }
        return StatusError(.failure, "cannot \(operation) \(path.quoted): \(String(cString: strerror(code)))\(remedy)")
    }
}
