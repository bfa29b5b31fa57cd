import LVSCareModel

extension HealthChecks {
    /// What one check has shown.
    struct Finding: Hashable, Sendable {
        var check: CheckID
        var health: Health
        /// How the verdict changed; `nil` when it did not.
        var change: VerdictChange?
        /// Whether a probe that asks the same has ever succeeded.
        var hasSucceeded: Bool
        /// Why other checks of the same real servers should be made before their time; `nil` when they should not.
        var prompt: Prompt?
    }

    /// Why a probe comes before its time.
    struct Prompt: Hashable {
        /// What has happened.
        enum Reason: Hashable {
            /// The real server closed or reset its monitored connection.
            case connectionEnded
            /// Nothing comes back from the host. A connection that does not come about within `lostHostTimeout` is proof enough
            /// then.
            case hostLost
            /// It is suspect. That is tried with as little time first.
            case suspect
            /// It is suspect, connects and gives no answer. What is left of the time since it should have answered decides.
            case silent
        }

        var reason: Reason
        /// Whether another check of the same real server has shown it. Such a probe prompts no others in turn.
        var isPassedOn = false
    }

    /// Whether the due times of a check are apart from those of others.
    enum Spreading {
        /// It never came to that.
        case open
        /// It was due in a burst; its next due time is chosen at random.
        case needed
        /// They may stay where they are.
        case done
    }

    struct Check {
        var specification: ProbeTarget
        var tracker: HealthTracker
        /// Whether its probing has begun.
        var hasBegun = false
        var schedule = CheckSchedule()
        var monitor = ConnectionMonitor()
        var heartbeat = HeartbeatMonitor()
        /// Distance of heartbeats on the monitored connection.
        var heartbeatInterval = HeartbeatMonitor.usualInterval
        /// Whether the probe in flight shall leave its connection behind.
        var keepsConnection = false
        /// Whether the probe in flight got less time than usual.
        var isHurried = false
        /// Why the next probe comes before its time; `nil` when it does not.
        var prompt: Prompt?
        /// Why the latest probe that started came before its time; `nil` when it did not.
        var latestPrompt: Prompt?
        /// Whether a probe that asks what it asks now has ever succeeded.
        var hasSucceeded = false
        /// Whether its due times are apart from those of others.
        var spreading = Spreading.open
    }
}
