import Glibc
import SystemPackage

/// A file descriptor with one owner; closed when the owner goes away.
public struct OwnedDescriptor: ~Copyable {
    /// The descriptor's number; valid as long as this value lives.
    public let rawValue: Int32

    /// Takes over the open descriptor `rawValue`.
    public init(adopting rawValue: Int32) { self.rawValue = rawValue }

    deinit { _ = close(rawValue) }

    /// Gives the open descriptor away; the caller closes it.
    public consuming func release() -> Int32 {
        let number = rawValue
        discard self
        return number
    }
}
