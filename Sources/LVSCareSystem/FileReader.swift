package import Glibc
package import SystemPackage

/// Reads files that are small enough to be read in one go.
package enum FileReader {
    /// The bound of files that somebody else writes and of which nothing else is known, in octets.
    package static let usualBound = 1 << 20

    /// What is in a file, and what it was when it was opened.
    package struct Content {
        package var octets: [UInt8]
        /// fstat(2)
        package var status: stat
    }

    /// Why a file cannot be read.
    package enum Problem: Error, Hashable {
        /// What the kernel said: `ENOENT`, `EACCES`, `ELOOP`, `EMFILE`, …
        case system(Errno)
        /// It is a folder, a FIFO, a socket or a device.
        case irregular(isNullDevice: Bool)
        /// It has more octets than were wanted.
        case larger
    }

    /// Reads the regular file at `path`, relative to the open folder `folder`, of at most `bound` octets.
    ///
    /// Never waits for a writer, makes no terminal ours, and follows a symbolic link at the end of `path` only if
    /// `followsLink` (else `ELOOP`). Throws a ``Problem``.
    package static func read(
        _ path: String, in folder: Int32 = AT_FDCWD, followsLink: Bool = true, bound: Int
    ) throws(Problem) -> Content {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followsLink ? 0 : O_NOFOLLOW)
        let descriptor = openat(folder, path, flags)
        guard descriptor >= 0 else {
            // What open(2) says of sockets, and of devices that nobody serves.
            if errno == ENXIO || errno == ENODEV { throw .irregular(isNullDevice: false) }
            throw .system(Errno(rawValue: errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(Errno(rawValue: errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .irregular(isNullDevice: status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == nullDevice)
        }
        guard status.st_size <= bound else { throw .larger }
        return Content(
            octets: try octets(from: descriptor, expected: Int(status.st_size), bound: bound), status: status)
    }

    /// Reads a file of the kernel, below `/proc` or `/sys`.
    ///
    /// Throws the errno: `ENOENT` where the kernel has no such file, `EMFILE`, and `EFBIG` for more than 16 MiB.
    package static func kernelText(_ path: String) throws(Errno) -> String {
        String(decoding: try kernelOctets(path), as: UTF8.self)
    }

    /// The same as octets, where it is long and is taken apart.
    package static func kernelOctets(_ path: String) throws(Errno) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        defer { close(descriptor) }
        do throws(Problem) {
            return try octets(from: descriptor, expected: 0, bound: 16 << 20)
        } catch {
            guard case .system(let errno) = error else { throw Errno(rawValue: EFBIG) }
            throw errno
        }
    }

    /// `/dev/null`, `makedev(1, 3)`.
    private static let nullDevice: dev_t = 1 << 8 | 3

    private static func octets(from descriptor: Int32, expected: Int, bound: Int) throws(Problem) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(expected)
        let problem = withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 16) { block -> Problem? in
            while true {
                let count = Glibc.read(descriptor, block.baseAddress, block.count)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { return .system(Errno(rawValue: errno)) }
                guard count > 0 else { return nil }
                octets += block[..<count]
                // A file may grow while it is read.
                guard octets.count <= bound else { return .larger }
            }
        }
        if let problem { throw problem }
        return octets
    }
}
