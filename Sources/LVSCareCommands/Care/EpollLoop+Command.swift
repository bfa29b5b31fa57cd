import Director
import Epoll
import SystemPackage

extension EpollLoop {
    /// The loop that a command runs on its only thread.
    static func ofCommand() throws(KernelFailure) -> EpollLoop {
        do throws(Errno) {
            return try EpollLoop()
        } catch {
            throw KernelFailure(operation: "wait for", object: "events", code: error.rawValue)
        }
    }
}
