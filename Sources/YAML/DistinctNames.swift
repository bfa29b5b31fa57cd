/// The names of a mapping, to find those that stand there twice.
package struct DistinctNames {
    private var few: [String] = []
    private var many: Set<String> = []

    package init() {}

    /// Takes `name` in, and says whether it is new.
    package mutating func insert(_ name: String) -> Bool {
        // Most mappings have few names, and comparing these costs less than hashing them.
        guard many.isEmpty else { return many.insert(name).inserted }
        if few.contains(name) { return false }
        few.append(name)
        if few.count > 16 { many = Set(few) }
        return true
    }
}
