/// Reads the flags of `lvscare care` without ArgumentParser, where there is nothing to explain.
///
/// ArgumentParser looks at every declaration through reflection, which more than doubles the memory that the start
/// touches and the time until the table is filled. It stays the source of help, completions and complaints: whatever is not simply
/// a known flag with its value is left to it.
enum PlainFlags {
    /// The texts given with each flag, in order; `nil` when ArgumentParser should look at `arguments`.
    static func read(_ arguments: [String]) throws(UsageError) -> [CareFlag: [String]]? {
        let forms = ArgumentForms.care
        var flags: [CareFlag: [String]] = [:]
        var remaining = try forms.normalise(arguments)[...]
        while let argument = remaining.popFirst() {
            if let flag = forms.valueFlags[argument] {
                guard let text = remaining.popFirst() else { return nil }
                flags[flag, default: []].append(text)
            } else if let flag = forms.booleanFlags[argument] {
                flags[flag, default: []].append("true")
            } else if let flag = forms.negatedFlags[argument] {
                flags[flag, default: []].append("false")
            } else if argument == "--", remaining.isEmpty {
                break
            } else {
                return nil
            }
        }
        return flags
    }
}
