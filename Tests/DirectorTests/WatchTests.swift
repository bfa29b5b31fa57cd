import LVSCareModel
import Testing

@testable import Director

@Suite struct WatchTests {
    let start = ContinuousClock.now
    let interval = Duration.seconds(5)

    /// How many probes in a row leave no connection behind from `now` on.
    private func skips(_ watch: inout Watch, at now: ContinuousClock.Instant) -> Int {
        var count = 0
        while !watch.wantsConnection(at: now, interval: interval) { count += 1 }
        return count
    }

    @Test func theFirstProbeLeavesItsConnectionAndTheOthersDoNot() {
        var watch = Watch()
        #expect(skips(&watch, at: start) == 0)
        watch.open(attempt: 7, at: start)
        #expect(watch.connection == Watch.Connection(attempt: 7, since: start))
        let wishes = (1...1000).map { watch.wantsConnection(at: start + interval * $0, interval: interval) }
        #expect(!wishes.contains(true))
    }

    @Test func whatEndsSoonIsTriedEverMoreSeldom() {
        var watch = Watch()
        var waits: [Int] = []
        for number in 1...9 {
            watch.open(attempt: number, at: start)
            watch.end(at: start + .seconds(1))
            #expect(watch.connection == nil)
            waits.append(skips(&watch, at: start + .seconds(5)))
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 64, 64])
    }

    @Test func soIsWhatIsDeclined() {
        var watch = Watch()
        let waits = (1...8).map { _ in
            watch.decline()
            return skips(&watch, at: start)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 64])
    }

    @Test func sixtyFourWatchedProbesMakeItStartOver() {
        for (probes, wait) in [(63, 8), (64, 1)] {
            var watch = Watch()
            for _ in 0..<3 {
                watch.decline()
                _ = skips(&watch, at: start)
            }
            watch.open(attempt: 1, at: start)
            for number in 1...probes { _ = watch.wantsConnection(at: start + interval * number, interval: interval) }
            watch.end(at: start + interval * probes)
            #expect(skips(&watch, at: start + interval * probes) == wait)
        }
    }

    @Test func whatWouldEndBeforeTheNextProbeIsRenewed() {
        var watch = Watch()
        watch.open(attempt: 1, at: start)
        watch.end(at: start + .seconds(90))
        #expect(skips(&watch, at: start + .seconds(90)) == 1)
        watch.open(attempt: 2, at: start)
        let wishes = (1...18).filter { watch.wantsConnection(at: start + interval * $0, interval: interval) }
        #expect(wishes.first == 17, "at 85 s: the probe at 90 s might be too late")
    }

    @Test func whatHasLastedLongerIsNotRenewed() {
        var watch = Watch()
        watch.open(attempt: 1, at: start)
        watch.end(at: start + .seconds(3))
        #expect(skips(&watch, at: start) == 1)
        watch.open(attempt: 2, at: start)
        let wishes = (1...100).filter { watch.wantsConnection(at: start + interval * $0, interval: interval) }
        #expect(wishes == [])
    }

    @Test func whatThisNodeClosesTeachesNothing() {
        var watch = Watch()
        watch.open(attempt: 1, at: start)
        watch.close()
        #expect(skips(&watch, at: start + .seconds(1)) == 0)
    }
}
