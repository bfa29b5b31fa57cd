import Addressing
import LVSCareModel
import Testing

@testable import LVSCare

/// Listeners of all kinds: early, late, slow, gone.
@Suite struct BalancerEventsTests {
    /// Event number `number`, which can be told from all others.
    private func event(_ number: Int) -> BalancerEvent {
        BalancerEvent(.failed(KernelFailure(operation: "count", object: "", code: Int32(number), message: "")))
    }

    /// The number of an event; of what was missed, the count as a negative number.
    private func number(_ event: BalancerEvent?) -> Int? {
        switch event?.kind {
        case .failed(let failure): Int(failure.code)
        case .missed(let count): -count
        default: nil
        }
    }

    private func numbers(_ events: BalancerEvents) async -> [Int?] {
        var numbers: [Int?] = []
        for await event in events { numbers.append(number(event)) }
        return numbers
    }

    @Test func `the first listener gets all events and others those from then on`() async {
        let hub = BalancerEventHub()
        hub.publish(event(1))
        let first = hub.events()
        let second = hub.events()
        hub.publish(event(2))
        let third = hub.events()
        hub.publish(event(3))
        hub.end()
        let fourth = hub.events()
        #expect(await numbers(first) == [1, 2, 3])
        #expect(await numbers(second) == [2, 3])
        #expect(await numbers(third) == [3])
        #expect(await numbers(fourth) == [])
    }

    @Test(arguments: [
        (told: BalancerEvents.capacity, missed: 0), (BalancerEvents.capacity + 1, 1),
        (3 * BalancerEvents.capacity, 2048),
    ])
    func `a slow reader gets the number of missed events`(told: Int, missed: Int) async {
        let hub = BalancerEventHub()
        let events = hub.events()
        for number in 0..<told { hub.publish(event(number)) }
        hub.end()
        #expect(await numbers(events) == (missed > 0 ? [-missed] : []) + Array(missed..<told))
    }

    @Test func `events missed in the middle are reported there`() async {
        let hub = BalancerEventHub()
        var reader = hub.events().makeAsyncIterator()
        hub.publish(event(1))
        #expect(number(await reader.next()) == 1)
        for number in 2..<(BalancerEvents.capacity + 12) { hub.publish(event(number)) }
        #expect(number(await reader.next()) == -10)
        #expect(number(await reader.next()) == 12)
        // Who catches up misses nothing more.
        for _ in 1..<BalancerEvents.capacity { _ = await reader.next() }
        hub.publish(event(7))
        #expect(number(await reader.next()) == 7)
    }

    @Test func `a slow reader costs the others nothing`() async {
        let hub = BalancerEventHub()
        let idle = hub.events()
        var reader = hub.events().makeAsyncIterator()
        for next in 0..<(2 * BalancerEvents.capacity) {
            hub.publish(event(next))
            #expect(number(await reader.next()) == next)
        }
        hub.end()
        #expect(await numbers(idle).first == -BalancerEvents.capacity)
    }

    @Test func `cancelling a reader ends it alone`() async {
        let hub = BalancerEventHub()
        let others = hub.events()
        let cancelled = hub.events()
        let reader = Task { await numbers(cancelled) }
        reader.cancel()
        #expect(await reader.value == [])
        hub.publish(event(1))
        hub.end()
        #expect(await numbers(others) == [1])
        #expect(await numbers(cancelled) == [], "it was not meant for whoever reads on")
    }

    @Test func `a released listener is forgotten`() {
        let hub = BalancerEventHub()
        _ = hub.events()
        #expect(hub.listenerCount == 0)
        let kept = hub.events()
        #expect(hub.listenerCount == 1)
        hub.end()
        #expect(hub.listenerCount == 0)
        withExtendedLifetime(kept) {}
    }
}
