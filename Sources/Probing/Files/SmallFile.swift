import Glibc
import LVSCareModel
import SystemPackage

/// A file that is small enough to be read in one go, such as a certificate or a token.
struct SmallFile: Sendable {
    /// The most octets that are usually read; the largest bundles of issuers have about a quarter of it.
    static let most = 1 << 20

    let path: String
    /// What it is for.
    let use: UnusableFile.Use
    /// The most octets that this one may have.
    var limit = SmallFile.most

    /// What of a file changes when its content does, the target of symbolic links meant; `nil` where there is none.
    ///
    /// stat(2)
    var stamp: Stamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Stamp(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modified: .init(status.st_mtim), changed: .init(status.st_ctim))
    }

    /// The identity and the times of a file.
    struct Stamp: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: Time
        let changed: Time
    }

    /// A `timespec`.
    struct Time: Hashable, Sendable {
        let seconds: Int
        let nanoseconds: Int

        init(_ time: timespec) {
            // The names of its members come and go with the modules that happen to be imported.
            (seconds, nanoseconds) = withUnsafeBytes(of: time) {
                ($0.load(as: Int.self), $0.load(fromByteOffset: MemoryLayout<Int>.stride, as: Int.self))
            }
        }
    }

    /// The content.
    func read() throws(UnusableFile) -> [UInt8] {
        do {
            // Opening a FIFO would wait for somebody to write into it.
            let file = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            defer { try? file.close() }
            var status = stat()
            guard fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw unusable("it is not a regular file")
            }
            var content: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 16384)
            while true {
                let count = try block.withUnsafeMutableBytes { try file.read(into: $0) }
                guard count > 0 else { return content }
                content += block.prefix(count)
                guard content.count <= limit else { throw unusable("it is larger than \(limit) octets") }
            }
        } catch let file as UnusableFile {
            throw file
        } catch let errno as Errno {
            throw unusable(ProbeFault(errno: errno.rawValue, in: .connect).detail)
        } catch {
            throw unusable("\(error)")
        }
    }

    /// This file, which cannot be used because of `problem`.
    func unusable(_ problem: String) -> UnusableFile { UnusableFile(use: use, path: path, problem: problem) }
}
