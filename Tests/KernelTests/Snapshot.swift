import Foundation
import KernelTestKit
import Testing

/// Everything in this network namespace that a path to a VIP could be made of, in the words of other programs.
struct Snapshot {
    private static let command =
        "ipvsadm -Sn; ip -j -4 route show table all; ip -j -6 route show table all; ip -j -d link; ip -j addr; ip rule"
        + (hasNFTables ? "; nft list ruleset" : "")

    private let lines: [String]

    /// What there is now.
    init() throws {
        // One entry a line, in an order that does not depend on that of their creation.
        lines = try Shell.lines(Self.command).flatMap { line in
            line.replacingOccurrences(of: "},{", with: "},\n{").split(separator: "\n").map { entry in
                entry.trimmingCharacters(in: CharacterSet(charactersIn: "[], "))
            }
        }.filter { !$0.isEmpty }.sorted()
    }

    /// Expects that there is exactly the same again, at once or as soon as the kernel has finished what it does later.
    func expectAgain(_ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
        var difference: [String] = []
        let deadline = ContinuousClock.now + .seconds(2)
        repeat {
            let now = try Snapshot().lines
            difference = lines.difference(from: now).map { change in
                switch change {
                case .insert(_, let line, _): "gone: \(line)"
                case .remove(_, let line, _): "new: \(line)"
                }
            }
        } while !difference.isEmpty && .now < deadline
        #expect(difference == [], comment, sourceLocation: sourceLocation)
    }
}
