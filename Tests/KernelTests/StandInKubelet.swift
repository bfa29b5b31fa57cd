import Foundation
import KernelTestKit
import Testing

/// Does with a folder of manifests what a kubelet does, as far as the daemon can tell: one process for the container of
/// each pod, stopped by SIGTERM and started anew when the manifest is another.
final class StandInKubelet {
    /// The folder of the manifests.
    let folder = FileManager.default.temporaryDirectory.appending(path: "manifests-\(UUID().uuidString)")

    private var manifest: String?
    /// The container of the pod, if there is one.
    private(set) var daemon: Lvscare?

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Looks at the folder, as a kubelet does when it changes and every 20 seconds; returns whether anything was done.
    @discardableResult
    func synchronise() throws -> Bool {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
        #expect(names.count <= 1)
        let found = try names.first.map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
        guard found != manifest else { return false }
        if let daemon { #expect(daemon.terminate() == 0, "\(daemon.log)") }
        manifest = found
        daemon = try found.map(Self.start)
        return true
    }

    private static func start(_ manifest: String) throws -> Lvscare {
        try #require(list("command", of: manifest) == ["/usr/bin/lvscare"])
        let lines = manifest.components(separatedBy: "\n")
        let variables = lines.indices.filter {
            lines[$0].hasPrefix("    - name: ") && lines[$0 + 1].hasPrefix("      value: ")
        }
        .map { lines[$0].dropFirst(12) + "=" + lines[$0 + 1].dropFirst(13) }
        return try Lvscare(list("args", of: manifest).joined(separator: " "), variables: variables.map(String.init))
    }

    /// The strings of a list of the only container. None of those in question needs more than its quotes taken off.
    private static func list(_ name: String, of manifest: String) -> [String] {
        let lines = manifest.components(separatedBy: "\n")
        guard let start = lines.firstIndex(where: { $0.hasSuffix("\(name):") }) else { return [] }
        return lines[(start + 1)...].prefix { $0.hasPrefix("    - ") }.map {
            $0.dropFirst(6).trimmingCharacters(in: CharacterSet(charactersIn: "'\""))
        }
    }
}
