/// A value that belongs to a loop, held by somebody elsewhere who cannot reach it but on that loop.
public struct LoopBound<Value>: @unchecked Sendable {
    // `value` can only be had by who shows the loop, which is never on another thread than its own.
    private let value: Value
    private let loop: ObjectIdentifier

    /// Called on `loop`.
    public init(_ value: Value, on loop: EpollLoop) {
        self.value = value
        self.loop = ObjectIdentifier(loop)
    }

    /// The value, for who is on the loop that it belongs to; ends the program anywhere else.
    public func value(on loop: EpollLoop) -> Value {
        precondition(ObjectIdentifier(loop) == self.loop, "a value of another loop")
        return value
    }
}
