import Director
import LVSCareDeadlines
import Testing

@Suite struct DeadlineQueueTests {
    let start = ContinuousClock.now

    @Test func `gives equal instants in the order of entry, a moved one last`() {
        var queue = DeadlineQueue()
        let tickets = (0..<9).map { _ in queue.insert(start) }
        #expect(tickets == Array(0..<9))
        queue.move(0, to: start)
        var popped: [Int] = []
        while let ticket = queue.popDue(at: start) { popped.append(ticket) }
        #expect(popped == Array(1..<9) + [0])
    }

    @Test func `keeps what is not due`() {
        var queue = DeadlineQueue()
        let ticket = queue.insert(start + .seconds(1))
        var popped = queue.popDue(at: start)
        #expect(popped == nil)
        #expect(queue[ticket] == start + .seconds(1))
        popped = queue.popEarliest()
        #expect(popped == ticket)
        popped = queue.popEarliest()
        #expect(popped == nil && queue.earliest == nil && queue.count == 0)
    }

    /// Against an array that is sorted anew each time.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `agrees with a sorted array and has no more tickets than there were instants at a time`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var queue = DeadlineQueue()
        var model: [(ticket: Int, second: Int, order: Int)] = []
        var most = 0
        for step in 0..<5000 {
            let second = Int.random(in: 0..<100, using: &generator)
            let victim = model.indices.randomElement(using: &generator)
            switch (Int.random(in: 0..<5, using: &generator), victim) {
            case (2, let victim?):
                queue.move(model[victim].ticket, to: start + .seconds(second))
                (model[victim].second, model[victim].order) = (second, step)
            case (3, let victim?):
                queue.remove(model.remove(at: victim).ticket)
            case (4, _?):
                model.sort { ($0.second, $0.order) < ($1.second, $1.order) }
                let expected = model[0].second <= second ? model.removeFirst().ticket : nil
                let popped = queue.popDue(at: start + .seconds(second))
                #expect(popped == expected)
            default:
                let ticket = queue.insert(start + .seconds(second))
                #expect(!model.contains { $0.ticket == ticket })
                model.append((ticket, second, step))
            }
            most = max(most, model.count)
            #expect(queue.count == model.count)
            #expect(queue.earliest == model.map(\.second).min().map { start + .seconds($0) })
            #expect(model.allSatisfy { $0.ticket < most && queue[$0.ticket] == start + .seconds($0.second) })
        }
    }
}
