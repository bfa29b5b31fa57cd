import Glibc
import LVSCareSystem

/// A file of our own for the output of a program, which is gone with this object.
///
/// Unlike a pipe it never makes a writer wait, and nobody has to read while the program runs.
final class TemporaryFile: Sendable {
    /// Open for reading and writing; both use one position, the writer's.
    let descriptor: Int32

    init(_ content: String = "") {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var path = Array("\(folder)/lvscare-test.XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        precondition(descriptor >= 0, "no temporary file in \(folder): \(ErrorText.of(errno))")
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(path)
        guard !content.isEmpty else { return }
        let octets = Array(content.utf8)
        precondition(pwrite(descriptor, octets, octets.count, 0) == octets.count)
    }

    deinit { close(descriptor) }

    /// All that was written so far.
    var content: String {
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, off_t(octets.count))
            guard count > 0 else { return String(decoding: octets, as: UTF8.self) }
            octets += chunk[..<count]
        }
    }
}
