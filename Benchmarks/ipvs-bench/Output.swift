import Glibc

/// A text on its way to a file descriptor, in few system calls.
struct Output: ~Copyable {
    private let descriptor: Int32
    private var pending: [UInt8] = []
    /// Bytes that are collected before they are written.
    private static let capacity = 16 * 1024

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Appends `text`, and writes when enough has come together.
    mutating func append(_ text: String) {
        pending.append(contentsOf: text.utf8)
        if pending.count >= Self.capacity { flush() }
    }

    /// Writes what was collected; ends the program when that is not possible.
    mutating func flush() {
        pending.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count > 0 else { exit(74) }
                rest = rest.dropFirst(count)
            }
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// Writes `text` at once.
    consuming func write(_ text: String) {
        append(text)
        flush()
    }

    /// Standard output.
    static var standard: Output { Output(STDOUT_FILENO) }
    /// Standard error.
    static var error: Output { Output(STDERR_FILENO) }
}
