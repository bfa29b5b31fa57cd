import CLinux
import Glibc

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

private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func makeThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, Unmanaged.passRetained(Work(body)).toOpaque())
    precondition(code == 0, "cannot start a thread: \(String(cString: strerror(code)))")
    return thread
}
