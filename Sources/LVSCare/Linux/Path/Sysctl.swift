import Glibc
import LVSCareSystem
import Netlink
import SystemPackage

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
        do throws(Errno) {
            return String(try FileReader.kernelText(path).prefix { $0 != "\n" })
        } catch {
            throw SysctlError(code: error.rawValue)
        }
    }

    /// Sets the value. `sysctl -w NAME=VALUE`
    ///
    /// Throws the errno: `EACCES` without privilege, `EROFS` where `/proc/sys` is read-only, as in most containers.
    func write(_ value: String) throws(SysctlError) {
        let number = open(path, O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { throw SysctlError(code: errno) }
        let descriptor = OwnedDescriptor(adopting: number)
        let octets = Array(value.utf8)
        guard Glibc.write(descriptor.rawValue, octets, octets.count) == octets.count else {
            throw SysctlError(code: errno)
        }
    }
}

/// The errno of a setting that could not be read or written.
struct SysctlError: Error, Hashable, Sendable {
    var code: Int32

    var message: String { ErrorText.of(code) }
}
