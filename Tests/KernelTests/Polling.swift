import Glibc
import Testing

/// Waits until `condition` holds, and records a failure when it does not within `limit`.
func eventually(
    within limit: Duration = .seconds(10), _ comment: @autoclosure () -> Comment? = nil,
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
        usleep(20_000)
    }
}
