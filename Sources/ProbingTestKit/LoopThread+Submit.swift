package import Epoll
import Testing

extension LoopThread {
    /// What `body` finds on the loop.
    package func submit<Value: Sendable>(_ body: @escaping @Sendable (EpollLoop) throws -> Value) async throws -> Value
    {
        let result = await run { loop in Result { try body(loop) } }
        return try #require(result).get()
    }
}
