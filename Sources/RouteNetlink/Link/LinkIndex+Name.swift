internal import Glibc

extension LinkIndex {
    /// Name of the link in this thread's network namespace; `nil` when there is none of this number. `if_indextoname(3)`
    public var nameHere: String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { buffer in
            buffer.initialize(repeating: 0)
            guard let start = buffer.baseAddress, let name = if_indextoname(rawValue, start) else { return nil }
            return String(cString: name)
        }
    }

    /// The name that `names` has for it, else the number: `eth0`, `if3`.
    func text(_ names: (LinkIndex) -> String?) -> String {
        self == .loopback ? description : names(self) ?? description
    }
}
