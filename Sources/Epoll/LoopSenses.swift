import CLinux
import Glibc

/// What a loop perceives of the world: the time, the events, and what its thread was kept from.
///
/// Tests put others in its place; nothing of a loop's judgement depends on a real clock.
struct LoopSenses {
    /// The time.
    var now: () -> ContinuousClock.Instant
    /// Fetches events, waiting at most so many milliseconds, -1 for ever. Returns their number, or the negative errno.
    var wait: (_ epoll: Int32, _ events: UnsafeMutablePointer<epoll_event>, _ most: Int32, _ time: Int32) -> Int32
    /// Returns how long the calling thread was kept from running so far although it had something to do; `nil` where
    /// nobody knows.
    var delay: () -> Duration?

    /// Those of a thread under Linux.
    static func ofThisThread() -> LoopSenses {
        let runDelay = RunDelay()
        return LoopSenses(
            now: { .now },
            wait: { epoll, events, most, time in
                let count = epoll_wait(epoll, events, most, time)
                return count < 0 ? -errno : count
            },
            delay: { runDelay.read() })
    }
}

/// The time that a thread was ready to run and had no processor, and that the machine was suspended.
///
/// The kernel's scheduler keeps account of the former (`CONFIG_SCHED_INFO`, the second number of
/// `/proc/thread-self/schedstat`, in nanoseconds). One system call for each reading, and one descriptor.
private final class RunDelay {
    private var descriptor: Int32 = -1
    /// Whether the kernel has no such account.
    private var isMissing = false
    private let begin = RunDelay.suspension()

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Returns the time so far; called on one thread only.
    func read() -> Duration? { (queued() ?? .zero) + Self.suspension() - begin }

    private func queued() -> Duration? {
        guard !isMissing else { return nil }
        if descriptor < 0 {
            // Where no descriptor is left now, there may be one later.
            descriptor = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                isMissing = errno == ENOENT
                return nil
            }
        }
        return withUnsafeTemporaryAllocation(byteCount: 96, alignment: 1) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
            return count > 0 ? Self.delay(in: UnsafeRawBufferPointer(rebasing: buffer[..<count])) : nil
        }
    }

    /// The second of the numbers in `12345 678 9`.
    private static func delay(in text: UnsafeRawBufferPointer) -> Duration? {
        let fields = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true)
        guard fields.count >= 2 else { return nil }
        return Int64(String(decoding: fields[1], as: UTF8.self)).map { .nanoseconds($0) }
    }

    /// How long the machine has been suspended since it was booted: one clock counts that, the other does not.
    private static func suspension() -> Duration {
        var (boot, monotonic) = (timespec(), timespec())
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        clock_gettime(CLOCK_BOOTTIME, &boot)
        let difference = Duration(boot) - Duration(monotonic)
        // What lies between the two readings is none.
        return difference > .milliseconds(10) ? difference : .zero
    }
}

extension Duration {
    fileprivate init(_ time: timespec) {
        self = .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }
}
