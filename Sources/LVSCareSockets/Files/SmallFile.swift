import Glibc
package import LVSCareModel
import LVSCareSystem
import SystemPackage

/// A file that is small enough to be read in one go, such as a certificate or a token.
package struct SmallFile: Sendable {
    package let path: String
    /// What it is for.
    package let use: UnusableFile.Use
    /// The most octets that it may have; the largest bundles of issuers have about a quarter of the usual bound.
    package var limit: Int

    /// The file at `path` of at most `limit` octets.
    package init(path: String, use: UnusableFile.Use, limit: Int = FileReader.usualBound) {
        self.path = path
        self.use = use
        self.limit = limit
    }

    /// What of a file changes when its content does, the target of symbolic links meant; `nil` where there is none.
    ///
    /// stat(2)
    package var stamp: Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modified: .init(status.st_mtim), changed: .init(status.st_ctim))
    }

    /// The identity and the times of a file.
    package struct Stamp: Hashable, Sendable {
        package let device: UInt64
        package let inode: UInt64
        package let size: Int64
        package let modified: Time
        package let changed: Time
    }

    /// A `timespec`.
    package struct Time: Hashable, Sendable {
        package let seconds: Int
        package let nanoseconds: Int

        init(_ time: timespec) {
            // The names of its members come and go with the modules that happen to be imported.
            (seconds, nanoseconds) = withUnsafeBytes(of: time) {
                ($0.load(as: Int.self), $0.load(fromByteOffset: MemoryLayout<Int>.stride, as: Int.self))
            }
        }
    }

    /// The content.
    package func read() throws(UnusableFile) -> [UInt8] {
        do throws(FileReader.Problem) {
            return try FileReader.read(path, bound: limit).octets
        } catch {
            switch error {
            case .system(let errno): throw unusable(ErrorText.clause(errno.rawValue))
            case .irregular: throw unusable("it is not a regular file")
            case .larger: throw unusable("it is larger than \(limit) octets")
            }
        }
    }

    /// This file, which cannot be used because of `problem`.
    package func unusable(_ problem: String) -> UnusableFile { UnusableFile(use: use, path: path, problem: problem) }
}
