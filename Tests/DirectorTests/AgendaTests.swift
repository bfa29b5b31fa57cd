import LVSCareModel
import Testing

@testable import Director

@Suite struct AgendaTests {
    let start = ContinuousClock.now

    @Test func `the earliest comes first, and equals in the order of entry`() {
        var agenda = Agenda<String>()
        for (key, at) in [("late", 9), ("first", 3), ("second", 3), ("early", 1)] {
            agenda.schedule(key, at: start + .seconds(at))
        }
        #expect(agenda.earliest == start + .seconds(1))
        #expect(agenda.popDue(at: start) == nil)
        var popped: [String] = []
        while let key = agenda.popDue(at: start + .seconds(3)) { popped.append(key) }
        #expect(popped == ["early", "first", "second"])
        #expect(agenda["late"] == start + .seconds(9))
        #expect(agenda.count == 1)
        let last = agenda.popEarliest()
        #expect(last == "late")
        let none = agenda.popEarliest()
        #expect(none == nil)
    }

    /// Against a dictionary that is searched from end to end.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `an agenda behaves like a searched dictionary`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var agenda = Agenda<Int>()
        var model: [Int: Int] = [:]
        for _ in 0..<5000 {
            let key = Int.random(in: 0..<60, using: &generator)
            let at = Int.random(in: 0..<1000, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0, 1:
                agenda.schedule(key, at: start + .seconds(at))
                model[key] = at
            case 2:
                agenda.cancel(key)
                model[key] = nil
            default:
                let popped = agenda.popDue(at: start + .seconds(at))
                let earliest = model.values.min()
                if let popped {
                    let expected = model.removeValue(forKey: popped)
                    #expect(expected == earliest)
                } else {
                    #expect(earliest.map { $0 > at } ?? true)
                }
            }
            #expect(agenda.earliest == model.values.min().map { start + .seconds($0) })
            #expect(agenda.count == model.count)
        }
    }

    @Test func `hashes a key once to move it`() {
        var agenda = Agenda<CountedKey>()
        let counter = HashCounter()
        var generator = SplitMix64(seed: 5)
        for number in 0..<10_000 {
            agenda.schedule(CountedKey(number: number, counter: counter), at: start + .seconds(number * 7919 % 10_000))
        }
        counter.hashes = 0
        for _ in 0..<1000 {
            let number = Int.random(in: 0..<10_000, using: &generator)
            let at = start + .seconds(Int.random(in: 0..<10_000, using: &generator))
            agenda.schedule(CountedKey(number: number, counter: counter), at: at)
        }
        #expect(counter.hashes == 1000)
    }

    private final class HashCounter: @unchecked Sendable {
        // Touched by one test in one task only.
        var hashes = 0
    }

    private struct CountedKey: Hashable, Sendable {
        let number: Int
        let counter: HashCounter

        static func == (left: Self, right: Self) -> Bool { left.number == right.number }

        func hash(into hasher: inout Hasher) {
            counter.hashes += 1
            hasher.combine(number)
        }
    }
}
