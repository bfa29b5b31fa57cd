import Glibc
import LVSCareSystem
import SystemPackage

/// The first line of a file of the kernel.
func firstLine(of path: String) throws(Errno) -> String {
    String(try FileReader.kernelText(path).prefix { $0 != "\n" })
}

/// Gives a file of the kernel a new value.
func write(_ value: String, to path: String) throws(Errno) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    defer { close(descriptor) }
    let octets = Array(value.utf8)
    guard write(descriptor, octets, octets.count) == octets.count else { throw Errno(rawValue: errno) }
}

/// The value of a setting, `sysctl -n NAME`.
func setting(_ name: String) throws(Errno) -> String { try firstLine(of: settingPath(name)) }

/// The file of a setting.
func settingPath(_ name: String) -> String { "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 }) }

/// What a process holds.
struct Holdings: Hashable, CustomStringConvertible {
    /// Number of open descriptors.
    var descriptors: Int
    /// Private memory in KiB.
    var memory: Int

    /// "12 descriptors, 3400 KiB"
    var description: String { "\(descriptors) descriptors, \(memory) KiB" }

    /// Those of the process `pid`; `nil` when there is none.
    init?(of pid: Int32) {
        guard let status = try? FileReader.kernelText("/proc/\(pid)/status"), let folder = opendir("/proc/\(pid)/fd")
        else {
            return nil
        }
        defer { closedir(folder) }
        descriptors = -2  // the folder and the one above it
        while readdir(folder) != nil { descriptors += 1 }
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        memory = line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
