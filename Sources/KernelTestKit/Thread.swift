import CLinux
import Glibc
import LVSCareSystem
import SystemPackage

/// Runs `body` on a thread of its own, which ends with it.
///
/// For what blocks in the kernel, which must not take one of the few threads that tasks share.
public func startThread(_ body: @escaping @Sendable () -> Void) { pthread_detach(makeThread(body)) }

/// Runs `body` on a thread of its own and waits for its end.
///
/// For what changes the thread itself, such as its network namespace.
public func runThread(_ body: @escaping @Sendable () -> Void) { pthread_join(makeThread(body), nil) }

/// Moves this thread for the rest of its life into the network namespace of this name, one of `ip netns`.
public func enterNamespace(_ name: String) {
    let descriptor = open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC)
    precondition(setns(descriptor, 0) == 0, "no network namespace \(name)")
    close(descriptor)
}

private func makeThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    do throws(Errno) {
        // Programs that such a thread starts take signals.
        return try Threads.start(blocksSignals: false, body)
    } catch {
        preconditionFailure("cannot start a thread: \(ErrorText.of(error.rawValue))")
    }
}
