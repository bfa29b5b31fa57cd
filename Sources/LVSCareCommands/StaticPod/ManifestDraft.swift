import CLinux
import Glibc
import SystemPackage

/// The file that will take a manifest's place, and at the same time the lock of those who write: one process has it at a
/// time.
///
/// Its mode keeps other users from opening it, and so from locking it; a folder can be locked by all who may list it.
/// Signals wait as long as there is a draft, because they would leave it behind.
final class ManifestDraft {
    private let folder: Int32
    private let name: String
    private let descriptor: Int32
    private var signals: sigset_t

    private init(_ folder: Int32, _ name: String, _ descriptor: Int32, _ signals: sigset_t) {
        self.folder = folder
        self.name = name
        self.descriptor = descriptor
        self.signals = signals
    }

    deinit {
        close(descriptor)
        pthread_sigmask(SIG_SETMASK, &signals, nil)
    }

    /// The draft `name` in `folder`; waits for another process at most so long. Throws why there can be none.
    static func acquire(_ name: String, in folder: Int32, within limit: Duration) throws(DraftError) -> ManifestDraft {
        let deadline = ContinuousClock.now + limit
        var (all, before) = (sigset_t(), sigset_t())
        sigfillset(&all)
        while true {
            pthread_sigmask(SIG_SETMASK, &all, &before)
            do throws(DraftError) {
                return ManifestDraft(folder, name, try open(name, in: folder), before)
            } catch {
                pthread_sigmask(SIG_SETMASK, &before, nil)
                switch error {
                case .held, .changed:
                    guard ContinuousClock.now < deadline else { throw error }
                    usleep(10_000)
                case .isFolder, .system: throw error
                }
            }
        }
    }

    /// Removes it.
    func discard() { unlinkat(folder, name, 0) }

    /// Puts `octets` into it and it in the place of the file `target` in its folder, in one step. Removes it where that
    /// fails.
    func publish(_ octets: [UInt8], as target: String) throws(Errno) {
        do throws(Errno) {
            try write(octets)
            guard renameat(folder, name, folder, target) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            discard()
            throw error
        }
    }

    private func write(_ octets: [UInt8]) throws(Errno) {
        var written = 0
        while written < octets.count {
            let count = octets[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Errno(rawValue: errno) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw Errno(rawValue: errno) }
    }
}

extension ManifestDraft {
    /// Why there can be no draft now.
    enum DraftError: Error {
        /// Another process has it.
        case held
        /// What was opened is not there any more, or was none of ours and has been removed.
        case changed
        /// There is a folder of that name.
        case isFolder
        case system(Errno)
    }

    private static func open(_ name: String, in folder: Int32) throws(DraftError) -> Int32 {
        let descriptor = openat(
            folder, name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else {
            switch errno {
            case EISDIR: throw .isFolder
            // A symbolic link, or a FIFO that nobody reads.
            case ELOOP, ENXIO: throw removal(of: name, in: folder)
            default: throw .system(Errno(rawValue: errno))
            }
        }
        do throws(DraftError) {
            try lock(descriptor, name, in: folder)
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func lock(_ descriptor: Int32, _ name: String, in folder: Int32) throws(DraftError) {
        var (ours, there) = (stat(), stat())
        guard fstat(descriptor, &ours) == 0 else { throw .system(Errno(rawValue: errno)) }
        // Nothing is written to, or waited for, that somebody else could have open.
        guard ours.st_mode & S_IFMT == S_IFREG, ours.st_uid == geteuid(), ours.st_mode & 0o077 == 0, ours.st_nlink <= 1
        else { throw removal(of: name, in: folder) }
        // Where the file system has no locks, there is at least nobody who sees half a file.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .held }
        // Whoever had the lock has renamed or removed it meanwhile.
        guard fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) == 0, there.st_ino == ours.st_ino,
            there.st_dev == ours.st_dev
        else { throw .changed }
        // The umask may have taken from the mode what we need ourselves; one that was killed may have left something.
        guard fchmod(descriptor, 0o600) == 0, ftruncate(descriptor, 0) == 0 else {
            throw .system(Errno(rawValue: errno))
        }
    }

    /// Removes what is none of ours and returns why to try again.
    private static func removal(of name: String, in folder: Int32) -> DraftError {
        unlinkat(folder, name, 0) == 0 || errno == ENOENT ? .changed : .system(Errno(rawValue: errno))
    }
}
