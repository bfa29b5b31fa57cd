import Addressing
import Epoll
import Glibc
import NFTables
import Netlink
import RouteNetlink
import SystemPackage

/// Hears from the kernel that something changed on the path to a VIP, on a loop.
///
/// That makes repairs quick, but nothing depends on it: what is not heard, because a notice was lost or there is no
/// socket to hear it, is found when the repair interval is over.
final class KernelNotices {
    private var interests: KernelInterests
    private let loop: EpollLoop
    private let ownPort: () -> UInt32?
    private let changed: (Set<IPAddress>) -> Void
    private(set) var sockets: [KernelInterests.Subject: Int32] = [:]
    private var isClosed = false

    /// Calls `changed` with the VIPs that are concerned once for each datagram with something of interest, as soon as
    /// ``listen()`` was called. What this process changed itself in tables, through the socket with the port `ownPort`, is no
    /// news.
    init(
        of interests: KernelInterests, on loop: EpollLoop, ownPort: @escaping () -> UInt32? = { nil },
        changed: @escaping (Set<IPAddress>) -> Void
    ) {
        self.ownPort = ownPort
        self.interests = interests
        self.loop = loop
        self.changed = changed
    }

    /// Listens to what is of interest now; what has to be opened for it waits for ``listen()``.
    func follow(_ interests: KernelInterests) {
        let former = self.interests
        self.interests = interests
        for subject in former.subjects where !interests.subjects.contains(subject) { close(subject) }
        if interests.groups != former.groups { close(.routing) }
    }

    /// Opens what is not open. Called ahead of every look at the kernel, so that nothing happens in between unheard, and
    /// so that a socket that could not be opened, or was lost, is tried again at that pace.
    func listen() {
        guard !isClosed else { return }
        for subject in interests.subjects where sockets[subject] == nil { open(subject) }
    }

    /// Ends it: nothing is called any more, and no socket stays open.
    func close() {
        isClosed = true
        for subject in interests.subjects { close(subject) }
    }

    private func open(_ subject: KernelInterests.Subject) {
        // Each can do without the other: a kernel may lack nf_tables.
        guard let subscription = try? subscribe(to: subject) else { return }
        let number = subscription.release()
        sockets[subject] = number
        let reader = ReadinessCallback { [weak self] in self?.reportReadiness(of: subject) }
        do throws(Errno) { try loop.watch(number, for: .readable, reader) } catch { close(subject) }
    }

    private func close(_ subject: KernelInterests.Subject) {
        guard let number = sockets.removeValue(forKey: subject) else { return }
        loop.forget(number)
        Glibc.close(number)
    }

    private func subscribe(to subject: KernelInterests.Subject) throws(NetlinkError) -> NetlinkSubscription {
        switch subject {
        case .routing: try .toRouting(interests.groups)
        case .ruleset: try .toRuleset()
        }
    }

    /// Reads all that is there, a datagram at a time.
    func reportReadiness(of subject: KernelInterests.Subject) {
        while let number = sockets[subject] {
            // Longer than any notice; what is cut off would count as being of interest.
            let count = read(number, loop.scratch.baseAddress, loop.scratch.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                if errno != EAGAIN { close(subject) }
                return
            }
            let datagram = UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]).bytes
            let concerned = interests.concerned(by: subject, datagram, except: ownPort())
            if !concerned.isEmpty { changed(concerned) }
        }
    }
}
