import StaticPod

/// Does what the settings of `static-pod` say.
struct StaticPodRun {
    /// What to do.
    let settings: StaticPodSettings
    /// What the program is called by.
    let program: String

    /// Runs to the end and tells what was done.
    func run() throws(StatusError) {
        for doubt in settings.doubts {
            StandardStream.error.write("\(program): warning: \(doubt.escapedForOneLine)\n")
        }
        switch settings.task {
        case .write(let pod): try write(pod)
        case .setImage(let image): try set(image)
        }
    }

    private func write(_ pod: StaticPod) throws(StatusError) {
        if settings.isPrinted { return print(pod.yaml) }
        let octets = Array(pod.yaml.utf8)
        var deed = "written"
        try settings.file.replace(makingFolder: true) { present throws(StatusError) in
            guard let present else { return octets }
            if present == octets {
                deed = "unchanged"
                return nil
            }
            deed = try describeReplacing(present)
            return octets
        }
        tell(deed)
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
                throw refusal(error, remedy: "move it away, or take another \(StaticPodFlag.name.spelling)")
            }
        }
    }

    private func set(_ image: String) throws(StatusError) {
        var old = ""
        let change = { (present: [UInt8]?) throws(StatusError) -> [UInt8]? in
            guard let present else {
                throw StatusError(
                    .usage,
                    """
                    there is no \(settings.file.path.quoted) whose image could be changed; give \
                    \(StaticPodFlag.masters.spelling) without \(StaticPodFlag.setImage.spelling) to write it, or \
                    \(StaticPodFlag.name.spelling) and \(StaticPodFlag.path.spelling) of the one that is there
                    """)
            }
            do throws(ManifestProblem) {
                let manifest = try PodManifest(parsing: present, name: settings.name)
                old = manifest.image
                return try manifest.settingImage(image, name: settings.name)
            } catch {
                throw refusal(
                    error,
                    remedy: error.kind == .unusual
                        ? "change it by hand" : "write it anew, without \(StaticPodFlag.setImage.spelling)")
            }
        }
        if settings.isPrinted {
            let present = try settings.file.read()
            let octets = try change(present) ?? present ?? []
            return print(String(decoding: octets, as: UTF8.self))
        }
        let isChanged = try settings.file.replace(makingFolder: false, change)
        tell(isChanged ? "image changed from \(old.quoted) to \(image.quoted)" : "unchanged, it has that image")
    }

    private func refusal(_ problem: ManifestProblem, remedy: String) -> StatusError {
        let place = settings.file.path.quoted + (problem.line.map { " line \($0)" } ?? "")
        return StatusError(.usage, "\(place): \(problem); it stays as it is; \(remedy)")
    }

    /// As the original prints it: with an empty line behind it.
    private func print(_ manifest: String) { StandardStream.output.write(manifest + "\n") }

    private func tell(_ deed: String) {
        StandardStream.output.write("\(settings.file.path): \(deed)".escapedForOneLine + "\n")
    }
}
