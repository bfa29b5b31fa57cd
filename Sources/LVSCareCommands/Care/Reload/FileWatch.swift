import Epoll
import Glibc
import LVSCareSystem
import SystemPackage

/// Tells, on a loop, that files may have changed: soon after the kernel says so (inotify(7)), and every half a minute in any
/// case, because network file systems say nothing and events can be lost.
///
/// What it tells is a reason to look, no more: whoever is told compares the content.
final class FileWatch {
    /// Time from the first event of many to the call, because whoever writes a file does so in several steps.
    static let debounceTime: Duration = .milliseconds(200)
    /// Time from one look without a reason to the next.
    static let pollInterval: Duration = .seconds(30)

    private let loop: EpollLoop
    private let changed: () -> Void
    private var descriptor: Int32 = -1
    private var watched = WatchedNames()
    private var folders: [Int32: String] = [:]
    private var debouncing: LoopTimer?
    private var poll: LoopTimer?

    /// A watch of nothing yet, which calls `changed`.
    init(on loop: EpollLoop, changed: @escaping () -> Void) {
        self.loop = loop
        self.changed = changed
        schedulePoll()
    }

    deinit { close() }

    /// Watches these paths from now on, and nothing else; a part with a wildcard of glob(7) stands for all names of its folder.
    ///
    /// Returns whether some of it was not watched before: it may have changed since it was looked at.
    func follow(_ paths: [String]) -> Bool {
        var names = WatchedNames()
        for path in paths { names.add(path.hasPrefix("/") ? path : "\(Self.currentFolder)/\(path)", look: Self.look) }
        let isNew = names != watched
        watched = names
        return watchFolders() || isNew
    }

    /// Ends it.
    func close() {
        for timer in [debouncing, poll].compactMap(\.self) { loop.cancel(timer) }
        debouncing = nil
        poll = nil
        closeDescriptor()
    }

    private func closeDescriptor() {
        guard descriptor >= 0 else { return }
        loop.forget(descriptor)
        Glibc.close(descriptor)
        descriptor = -1
        folders = [:]
    }

    private func openDescriptor() {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        // Without it, the poll is what there is.
        guard descriptor >= 0 else { return }
        let reader = ReadinessCallback { [weak self] in self?.read() }
        do throws(Errno) { try loop.watch(descriptor, for: .readable, reader) } catch { closeDescriptor() }
    }

    /// Watches the folders of the names, and returns whether one of them is another than before: a folder that was replaced has
    /// its old name. What has been heard and not been read yet stays.
    private func watchFolders() -> Bool {
        if descriptor < 0 { openDescriptor() }
        guard descriptor >= 0 else { return false }
        let events =
            IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
        var present: [Int32: String] = [:]
        for folder in watched.folders.keys {
            let watch = inotify_add_watch(descriptor, folder, UInt32(events) | UInt32(IN_ONLYDIR))
            if watch >= 0 { present[watch] = folder }
        }
        let isNew = present.contains { folders[$0.key] != $0.value }
        for watch in folders.keys where present[watch] == nil { inotify_rm_watch(descriptor, watch) }
        folders = present
        return isNew
    }

    /// Reads `struct inotify_event`s: watch, mask, cookie, length of the name (u32 each), name.
    private func read() {
        var isConcerned = false
        while descriptor >= 0 {
            let count = Glibc.read(descriptor, loop.scratch.baseAddress, loop.scratch.count)
            guard count > 0 else { break }
            var offset = 0
            let octets = UnsafeRawBufferPointer(rebasing: loop.scratch[..<count])
            while offset + MemoryLayout<inotify_event>.size <= count {
                let event = octets.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                let start = offset + MemoryLayout<inotify_event>.size
                offset = start + Int(event.len)
                guard offset <= count else { break }
                let name = String(decoding: octets[start..<offset].prefix { $0 != 0 }, as: UTF8.self)
                // A folder that is gone has no events any more.
                if event.mask & UInt32(IN_IGNORED) != 0 { folders[event.wd] = nil }
                let isLost = event.mask & UInt32(IN_Q_OVERFLOW) != 0
                if isLost || folders[event.wd].map({ watched.concerns(name, in: $0) }) == true { isConcerned = true }
            }
        }
        if isConcerned { debounce() }
    }

    private func debounce() {
        guard debouncing == nil else { return }
        debouncing = loop.schedule(at: .now + Self.debounceTime) { [weak self] in
            self?.debouncing = nil
            self?.changed()
        }
    }

    private func schedulePoll() {
        poll = loop.schedule(at: .now + Self.pollInterval) { [weak self] in
            self?.schedulePoll()
            self?.changed()
        }
    }

    /// getcwd(3); the root where it is gone.
    private static var currentFolder: String {
        guard let text = getcwd(nil, 0) else { return "" }
        defer { free(text) }
        return String(cString: text)
    }

    private static func look(_ path: String) -> WatchedNames.Entry {
        var status = stat()
        guard lstat(path, &status) == 0 else { return .nothing }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFLNK: return FileNames.target(of: path).map { .link($0) } ?? .nothing
        default: return .file
        }
    }
}
