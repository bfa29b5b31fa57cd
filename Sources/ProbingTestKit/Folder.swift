import Glibc
import Testing

/// A folder that is gone when this is.
package final class Folder: Sendable {
    private let path: String

    /// A new folder among the temporary ones.
    package init() throws {
        var template = Array("/tmp/lvscare-sockets-XXXXXX".utf8CString)
        path = String(cString: try #require(mkdtemp(&template)))
    }

    deinit {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                withUnsafeBytes(of: &entry.pointee.d_name) { name in
                    _ = name.bindMemory(to: CChar.self).baseAddress.map { unlinkat(dirfd(folder), $0, 0) }
                }
            }
            closedir(folder)
        }
        rmdir(path)
    }

    /// Returns the path of a file in it.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Puts another file in the place of the one before, as programs that rotate certificates do.
    @discardableResult package func write(_ name: String, _ text: String) throws -> String {
        let next = path(".next")
        let file = try #require(fopen(next, "w"))
        let octets = Array(text.utf8)
        fwrite(octets, 1, octets.count, file)
        fclose(file)
        try #require(rename(next, path(name)) == 0)
        return path(name)
    }
}
