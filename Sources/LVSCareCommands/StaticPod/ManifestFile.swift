import CLinux
import Glibc
import LVSCareSettings
import LVSCareSystem
import StaticPod
import SystemPackage

/// A file in the folder that the kubelet watches, which never sees half of it.
struct ManifestFile: Hashable {
    /// The folder.
    var folder: String
    /// The file's name in it.
    var name: String

    /// What is there.
    struct Present {
        /// What is in it.
        var octets: [UInt8]
        /// What somebody else could change it by, as a clause; `nil` when nobody can.
        var weakness: String?
    }

    /// Where the file is.
    var path: String { path(of: name) }

    /// Why users besides this one and root can put files into the folder, as a clause; `nil` when none can, or nobody knows.
    var weaknessOfFolder: String? {
        var status = stat()
        return stat(folder, &status) == 0 ? Self.weakness(status) : nil
    }

    /// What is there; `nil` when there is no such file.
    func read() throws(StatusError) -> Present? {
        guard let folder = try openFolder() else { return nil }
        defer { close(folder) }
        return try read(in: folder)
    }

    /// Puts what `change` makes of the present content in its place, and says whether there was anything to put.
    ///
    /// Another process that does the same waits meanwhile, and `change` is asked again with what it has left. The folder is
    /// made where it is missing, if that is wanted.
    @discardableResult
    func replace(
        makingFolder: Bool, _ change: (Present?) throws(StatusError) -> [UInt8]?
    ) throws(StatusError) -> Bool {
        // What is whole at one moment needs no lock to be looked at.
        guard try change(read()) != nil else { return false }
        if makingFolder { try makeFolder() }
        guard let folder = try openFolder() else { throw failure("open the folder", self.folder, ENOENT) }
        defer { close(folder) }
        let draft = try draft(in: folder)
        guard let octets = try change(read(in: folder)) else {
            draft.discard()
            return false
        }
        do throws(Errno) {
            try draft.publish(octets, as: name)
        } catch {
            throw failure("write", path, error.rawValue)
        }
        guard fsync(folder) == 0 else { throw failure("save the folder of", path, errno) }
        return true
    }
}

extension ManifestFile {
    /// A name of its own in the same folder; the kubelet ignores names with a dot in front.
    ///
    /// It is always the same one, so that what a process left behind that was killed is gone after the next.
    private var temporaryName: String { ".\(name).new" }

    /// Longest time that another process is waited for, which takes milliseconds itself.
    private static let lockTimeout: Duration = .seconds(5)

    private func draft(in folder: Int32) throws(StatusError) -> ManifestDraft {
        let draftPath = path(of: temporaryName)
        do throws(ManifestDraft.DraftError) {
            return try ManifestDraft.acquire(temporaryName, in: folder, within: Self.lockTimeout)
        } catch {
            switch error {
            case .held, .changed:
                throw StatusError(
                    .failure,
                    """
                    another process has been about to write \(path.quoted) for \(Self.lockTimeout.components.seconds) s; it \
                    has \(draftPath.quoted) open: end it, and run this again
                    """)
            case .isFolder:
                throw StatusError(
                    .failure, "cannot write the temporary file \(draftPath.quoted): it is a folder; remove it")
            case .system(let errno): throw failure("write", path, errno.rawValue)
            }
        }
    }

    private func path(of name: String) -> String { folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)" }

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

    private func read(in folder: Int32) throws(StatusError) -> Present? {
        do throws(FileReader.Problem) {
            let content = try FileReader.read(name, in: folder, followsLink: false, bound: PodManifest.sizeLimit)
            return Present(octets: content.octets, weakness: Self.weakness(content.status))
        } catch {
            switch error {
            case .system(.noSuchFileOrDirectory): return nil
            case .system(.tooManySymbolicLinkLevels):
                throw StatusError(
                    .usage,
                    """
                    \(path.quoted) is a symbolic link, which stays as it is; give the folder of the file that it points \
                    to with \(StaticPodSetting.path.spelling), or remove it
                    """)
            case .system(let errno): throw failure("read", path, errno.rawValue)
            case .irregular:
                throw StatusError(.usage, "\(path.quoted) is not a file that a manifest could be in; move it away")
            case .larger:
                throw StatusError(
                    .usage, "\(path.quoted) is larger than 1 MiB, which no manifest of a pod is; move it away")
            }
        }
    }

    /// Why somebody besides this user and root could change such a file.
    private static func weakness(_ status: stat) -> String? {
        if status.st_uid != 0, status.st_uid != geteuid() { return "it belongs to the user \(status.st_uid)" }
        let mode = status.st_mode & 0o7777
        return mode & 0o022 == 0 ? nil : "its mode is 0\(String(mode, radix: 8))"
    }

    private func failure(_ operation: String, _ path: String, _ code: Int32) -> StatusError {
        let remedy =
            switch code {
            case EACCES, EPERM: "; this usually takes root"
            case EROFS, ENOENT, ENOTDIR: "; choose another folder with \(StaticPodSetting.path.spelling)"
            case ENOSPC, EDQUOT: "; make room and run it again, what was there is still there"
            default: ""
            }
        return StatusError(.failure, "cannot \(operation) \(path.quoted): \(ErrorText.of(code))\(remedy)")
    }
}
