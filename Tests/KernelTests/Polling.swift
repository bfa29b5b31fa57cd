import Glibc
import Testing

/// Waits until `condition` holds, and records a failure when it does not within `limit`; `pause` is in µs.
func eventually(
    within limit: Duration = .seconds(10), _ comment: @autoclosure () -> Comment? = nil, pause: UInt32 = 20_000,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) throws {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: limit)
    while true {
        if try condition() { return }
        if clock.now > deadline {
            Issue.record(comment() ?? "still not so after \(limit)", sourceLocation: sourceLocation)
            return
        }
        usleep(pause)
    }
}
