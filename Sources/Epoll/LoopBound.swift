/// A value that belongs to a loop, held by somebody elsewhere who cannot reach it but on that loop.
public final class LoopBound<Value>: @unchecked Sendable {
    // `current` is only touched by who shows the loop, which is never on another thread than its own.
    private var current: Value
    private let loop: ObjectIdentifier

    /// Called on `loop`.
    public init(_ value: Value, on loop: EpollLoop) {
        current = value
        self.loop = ObjectIdentifier(loop)
    }

    /// The value, for who is on the loop that it belongs to; ends the program for any other.
    public func value(on loop: EpollLoop) -> Value {
        check(loop)
        return current
    }

    /// Puts another value in its place.
    public func replace(with value: Value, on loop: EpollLoop) {
        check(loop)
        current = value
    }

    private func check(_ loop: EpollLoop) {
        precondition(ObjectIdentifier(loop) == self.loop, "a value of another loop")
    }
}
