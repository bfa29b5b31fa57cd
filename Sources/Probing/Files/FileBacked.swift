import NIOCore

/// A value that is made of files, and made again when they change.
///
/// The files are looked at when the value is asked for, at most once in `period`. While they cannot be used, because
/// somebody is writing them, say, the last value that could be made stays.
final class FileBacked<Value> {
    private let files: [SmallFile]
    private let period: TimeAmount
    private let make: () throws -> Value
    private var value: Value?
    private var stamps: [SmallFile.Stamp?] = []
    private var lastLook: NIODeadline?
    /// Why the files cannot be used as they are; `nil` while they can.
    private(set) var fault: (any Error)?

    /// A value that `make` makes of `files`.
    init(_ files: [SmallFile], every period: TimeAmount = .seconds(1), _ make: @escaping () throws -> Value) {
        self.files = files
        self.period = period
        self.make = make
    }

    /// The value; throws where there never was one.
    func current() throws -> Value {
        refresh()
        if let value { return value }
        throw fault ?? ChannelError.operationUnsupported
    }

    private func refresh() {
        let now = NIODeadline.now()
        if let lastLook, now - lastLook < period { return }
        if value != nil, files.isEmpty { return }
        lastLook = now
        // Before they are read: what changes meanwhile is seen the next time.
        let stamps = files.map(\.stamp)
        if value != nil, fault == nil, stamps == self.stamps { return }
        self.stamps = stamps
        do {
            value = try make()
            fault = nil
        } catch {
            fault = error
        }
    }
}
