import Glibc
import Netlink

/// A kernel setting below `/proc/sys`, as `sysctl` names it: `net.ipv4.vs.conntrack`.
struct Sysctl: Hashable, Sendable {
    /// Its name with dots.
    let name: String

    /// The file that holds it.
    var path: String { "/proc/sys/" + String(name.map { $0 == "." ? "/" : $0 }) }

    /// Reads the value without its line break. `sysctl -n NAME`
    ///
    /// Throws the errno: `ENOENT` when the kernel has no such setting.
    func read() throws(SysctlError) -> String {
        let descriptor = try open(O_RDONLY)
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = Glibc.read(descriptor.rawValue, &buffer, buffer.count)
        guard count >= 0 else { throw SysctlError(code: errno) }
        return String(decoding: buffer.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Sets the value. `sysctl -w NAME=VALUE`
    ///
    /// Throws the errno: `EACCES` without privilege, `EROFS` where `/proc/sys` is read-only, as in most containers.
    func write(_ value: String) throws(SysctlError) {
        let descriptor = try open(O_WRONLY)
        let octets = Array(value.utf8)
        guard Glibc.write(descriptor.rawValue, octets, octets.count) == octets.count else {
            throw SysctlError(code: errno)
        }
    }

    private func open(_ mode: Int32) throws(SysctlError) -> OwnedDescriptor {
        let number = Glibc.open(path, mode | O_CLOEXEC)
        guard number >= 0 else { throw SysctlError(code: errno) }
        return OwnedDescriptor(adopting: number)
    }
}

/// The errno of a setting that could not be read or written.
struct SysctlError: Error, Hashable, Sendable {
    var code: Int32

    var message: String { String(cString: strerror(code)) }
}
