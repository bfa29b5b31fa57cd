import ChaosModel
import Glibc
import KernelTestKit
import Synchronization

/// Looks at the kernel all the time, through netlink, which is quicker than any program.
final class Observer: Sendable {
    /// Between two looks.
    static let rest: Duration = .milliseconds(20)

    private let recorder: Recorder
    private let scene: Scene
    private let isStopped = Atomic<Bool>(false)
    private let failure = Mutex<String?>(nil)

    init(_ recorder: Recorder, _ scene: Scene) { (self.recorder, self.scene) = (recorder, scene) }

    /// What kept it from looking.
    var problem: String? { failure.withLock(\.self) }

    func start() {
        startThread { [self] in
            do {
                var sight = try Sight(scene)
                while !isStopped.load(ordering: .relaxed) {
                    recorder.record(.observed(try sight.look(recorder)))
                    usleep(UInt32(Self.rest / .microseconds(1)))
                }
            } catch {
                failure.withLock { $0 = "\(error)" }
            }
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }
}
