import Addressing
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
import StaticPod

/// Does what the settings of `static-pod` say.
struct StaticPodRun {
    /// What to do.
    let settings: StaticPodSettings
    /// What the program is called by.
    let program: String

    /// Runs to the end and tells what was done.
    func run() throws(StatusError) {
        for warning in settings.warnings { warn(warning) }
        switch settings.task {
        case .write(let pod): try write(pod)
        case .setImage(let image): try set(image)
        }
        if !settings.isPrinted, let weakness = settings.file.weaknessOfFolder {
            warn("every user who can write to \(settings.file.folder.quoted) can run pods as root: \(weakness)")
        }
    }

    private func warn(_ text: String) {
        StandardStream.error.write("\(program): warning: \(text.escapedForOneLine)\n")
    }

    private func write(_ pod: StaticPod) throws(StatusError) {
        if settings.isPrinted { return try print(pod.yaml) }
        if let warning = Self.warning(about: pod) { warn(warning) }
        let octets = Array(pod.yaml.utf8)
        var outcome = "written"
        try settings.file.replace(makingFolder: true) { present throws(StatusError) in
            guard let present else { return octets }
            if present.octets == octets {
                outcome = "unchanged" + Self.renewal(present.weakness)
                return present.weakness == nil ? nil : octets
            }
            outcome = try describeReplacing(present.octets)
            return octets
        }
        try printOutcome(outcome)
    }

    /// Why the daemon of `pod` would not start with its configuration file, as it is on this node; `nil` when it would.
    ///
    /// The files that the configuration names may be others in the pod.
    private static func warning(about pod: StaticPod) -> String? {
        guard case .configurationFile(let path) = pod.content else { return nil }
        let reading = ConfigurationReader.ofThisNode(checksFiles: false).read(path)
        guard reading.specification == nil else { return nil }
        return "the daemon of the pod will not start before this is mended: \(reading.complaint(about: path))"
    }

    /// What is said of a file that somebody else could change, and that is therefore replaced by one of the same content.
    private static func renewal(_ weakness: String?) -> String {
        weakness.map { ", but written anew, because \($0)" } ?? ""
    }

    /// What becomes of a file with other content; one that is somebody else's stays.
    private func describeReplacing(_ present: [UInt8]) throws(StatusError) -> String {
        do throws(ManifestProblem) {
            _ = try PodManifest(parsing: present)
            return "replaced"
        } catch {
            switch error.kind {
            case .unusual: return "replaced"
            case .damaged: return "replaced, it was damaged"
            case .foreign:
                throw refusal(error, remedy: Self.remedyOfForeign)
            }
        }
    }

    private func set(_ image: String) throws(StatusError) {
        var outcome = ""
        let change = { (present: ManifestFile.Present?) throws(StatusError) -> [UInt8]? in
            guard let present else {
                throw StatusError(
                    .usage,
                    """
                    there is no \(settings.file.path.quoted) whose image could be changed; give \
                    \(StaticPodSetting.masters.spelling) without \(StaticPodSetting.setImage.spelling) to write it, or \
                    \(StaticPodSetting.name.spelling) and \(StaticPodSetting.path.spelling) of the one that is there
                    """)
            }
            do throws(ManifestProblem) {
                let manifest = try PodManifest(parsing: present.octets, name: settings.name)
                if let octets = try manifest.settingImage(image, name: settings.name) {
                    outcome = "image changed from \(manifest.image.quoted) to \(image.quoted)"
                    return octets
                }
                outcome = "unchanged, it has that image" + Self.renewal(present.weakness)
                return present.weakness == nil ? nil : present.octets
            } catch {
                let remedy =
                    switch error.kind {
                    case .unusual: "change it by hand"
                    case .damaged: "write it anew, without \(StaticPodSetting.setImage.spelling)"
                    case .foreign: Self.remedyOfForeign
                    }
                throw refusal(error, remedy: remedy)
            }
        }
        if settings.isPrinted {
            let present = try settings.file.read()
            let octets = try change(present) ?? present?.octets ?? []
            return try print(String(decoding: octets, as: UTF8.self))
        }
        try settings.file.replace(makingFolder: false, change)
        try printOutcome(outcome)
    }

    private static let remedyOfForeign = "move it away, or take another \(StaticPodSetting.name.spelling)"

    private func refusal(_ problem: ManifestProblem, remedy: String) -> StatusError {
        let place = settings.file.path.quoted + (problem.line.map { " line \($0)" } ?? "")
        return StatusError(.usage, "\(place): \(problem.description.abbreviated); it stays as it is; \(remedy)")
    }

    /// As the original prints it: with an empty line behind it.
    private func print(_ manifest: String) throws(StatusError) { try StandardStream.printOutput(manifest + "\n") }

    private func printOutcome(_ outcome: String) throws(StatusError) {
        try StandardStream.printOutput("\(settings.file.path): \(outcome)".escapedForOneLine + "\n")
    }
}
