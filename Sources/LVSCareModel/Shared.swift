/// A large value that many hold and few change: its copies share one storage until one of them is changed.
///
/// A copy costs a reference, and values that are copies of each other are found equal without being compared.
struct Shared<Value: Hashable & Sendable>: Hashable, Sendable {
    /// Written only while one alone holds it, so it may be read from everywhere.
    private final class Storage: @unchecked Sendable {
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    init(_ value: Value) { storage = Storage(value) }

    /// What is held.
    var value: Value {
        get { storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }

    static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage || left.storage.value == right.storage.value
    }

    func hash(into hasher: inout Hasher) { storage.value.hash(into: &hasher) }
}
