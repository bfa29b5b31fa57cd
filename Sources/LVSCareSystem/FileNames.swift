import Glibc

/// Names in folders and what symbolic links lead to.
package enum FileNames {
    /// The names in a folder, `.` and `..` included, in no order; none where it cannot be read. readdir(3)
    package static func entries(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    /// What a symbolic link leads to; `nil` where there is none that can be read. readlink(2)
    package static func target(of path: String) -> String? {
        withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { memory in
            let count = memory.baseAddress.map { readlink(path, $0, memory.count) } ?? -1
            return count >= 0 ? String(decoding: memory[..<count], as: UTF8.self) : nil
        }
    }
}
