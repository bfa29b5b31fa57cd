/// A value that belongs to a loop and can be held anywhere, but reached on that loop alone.
public final class LoopBound<Value>: @unchecked Sendable {
    // `current` is only touched by who shows the loop, which is never on another thread than its own.
    private var current: Value
    private let loop: ObjectIdentifier

    /// Binds `value` to `loop`; called on `loop`.
    public init(_ value: Value, on loop: EpollLoop) {
        current = value
        self.loop = ObjectIdentifier(loop)
    }

    /// Returns the value. Traps unless `loop` is the loop that owns it.
    public func value(on loop: EpollLoop) -> Value {
        check(loop)
        return current
    }

    /// Replaces the value. Traps unless `loop` is the loop that owns it.
    public func replace(with value: Value, on loop: EpollLoop) {
        check(loop)
        current = value
    }

    private func check(_ loop: EpollLoop) {
        precondition(ObjectIdentifier(loop) == self.loop, "a value of another loop")
    }
}
