/// A group of flags as they were written, none of them checked yet.
///
/// Every value is optional text, because a flag that is missing may be set in the environment, and because only
/// ``CareSettings`` knows enough to say what is wrong with a value. Each value flag takes the next argument whatever it
/// looks like, as the original's do, so that `--interval -5s` is told that a duration cannot be negative.
protocol FlagSource {
    /// The flags that were given at all, with their texts in order.
    var flags: [CareFlag: [String]] { get }
}

extension FlagSource {
    /// The flags that have a text.
    static func given(_ values: KeyValuePairs<CareFlag, String?>) -> [CareFlag: [String]] {
        values.reduce(into: [:]) { flags, pair in flags[pair.key] = pair.value.map { [$0] } }
    }
}
