/// Which check, as long as anybody relies on it.
package struct CheckID: Hashable, Sendable {
    /// Counted from 1, never used again.
    package let number: Int
}

/// Which probe of which check.
package struct ProbeID: Hashable, Sendable {
    /// The check that it is a part of.
    package var check: CheckID
    /// Its number among all probes, counted from 1.
    package var attempt: Int

    /// The probe of `check` with the number `attempt`.
    package init(check: CheckID, attempt: Int) {
        self.check = check
        self.attempt = attempt
    }
}
