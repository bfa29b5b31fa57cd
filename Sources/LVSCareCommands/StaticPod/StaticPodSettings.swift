import Addressing
import ArgumentParser
import LVSCareModel
import StaticPod

/// What one invocation of `static-pod` asks for, checked completely, before anything is done.
struct StaticPodSettings {
    /// What to do with the manifest.
    enum Task {
        /// Write that of this pod.
        case write(StaticPod)
        /// Put this image into the one that is there.
        case setImage(String)
    }

    /// What to do.
    var task: Task
    /// Whether the result is printed instead of written.
    var isPrinted: Bool
    /// The name of the pod.
    var name: String
    /// Where the manifest is.
    var file: ManifestFile
    /// What will not work, although the pod can be written, each a clause.
    var doubts: [String] = []

    static let defaultVirtualServer = "10.103.97.2:6443"
    static let defaultName = "kube-sealos-lvscare"
    static let defaultImage = "sealos.hub:5000/sealos/lvscare:latest"
    static let defaultFolder = "/etc/kubernetes/manifests"

    init(_ options: StaticPodOptions, hosts: (String) throws(UsageError) -> HostsFile) throws(UsageError) {
        if let pod = options.pod, pod != "lvscare" {
            throw UsageError("\(pod.quoted) is not a pod that this program has a manifest for; expected lvscare")
        }
        name = try Self.name(options)
        isPrinted = options.print
        file = ManifestFile(folder: try Self.folder(options), name: name + ".yaml")
        let image = try Self.image(options)
        if options.setImage {
            task = .setImage(image)
            doubts = Self.idleFlags(options).map {
                "\($0) changes nothing: \(StaticPodFlag.setImage.spelling) is for the image alone"
            }
            return
        }
        let vip = RawValue(
            text: options.virtualServer ?? Self.defaultVirtualServer,
            origin: .flag(StaticPodFlag.virtualServer.spelling))
        let service = try CareSettings.virtualService(vip)
        let file = try hosts(options.hostsFile ?? HostsFile.defaultPath)
        let pod = StaticPod(
            name: name, virtualServer: vip.text, masters: try Self.masters(options, of: service),
            options: try Self.items(options.options, .options).map(\.text), image: image,
            nodeAddress: try service.endpoint.flatMap { endpoint throws(UsageError) in
                try CareSettings.notedEntry(in: file, for: endpoint.address)?.value.text
            },
            profile: try Self.profile(options))
        task = .write(pod)
        doubts = try Self.doubts(of: pod)
    }

    /// The flags that say something about a pod of which only the image is changed.
    private static func idleFlags(_ options: StaticPodOptions) -> [String] {
        let flags: [(StaticPodFlag, Bool)] = [
            (.masters, !options.masters.isEmpty), (.virtualServer, options.virtualServer != nil),
            (.options, !options.options.isEmpty), (.profile, options.profile != nil),
        ]
        return flags.filter(\.1).map(\.0.spelling)
    }

    private static func name(_ options: StaticPodOptions) throws(UsageError) -> String {
        guard let text = options.name else { return defaultName }
        let isWord: (UInt8) -> Bool = { octet in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= octet || UInt8(ascii: "0")...UInt8(ascii: "9") ~= octet
        }
        // The name of a container is a label of RFC 1123; the name of a pod could be longer.
        guard 1...63 ~= text.utf8.count, text.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "-") }),
            let first = text.utf8.first, let last = text.utf8.last, isWord(first), isWord(last)
        else {
            throw UsageError(
                RawValue(text: text, origin: .flag(StaticPodFlag.name.spelling)), "the kubelet takes no such name",
                expected: "at most 63 of a-z, 0-9 and -, with - only between others")
        }
        return text
    }

    private static func folder(_ options: StaticPodOptions) throws(UsageError) -> String {
        guard let text = options.path else { return defaultFolder }
        guard !text.isEmpty else {
            throw UsageError(
                RawValue(text: text, origin: .flag(StaticPodFlag.path.spelling)), "it is empty",
                expected: "the folder that the kubelet watches, usually \(defaultFolder)")
        }
        return text
    }

    /// As in the original, no text means the default.
    private static func image(_ options: StaticPodOptions) throws(UsageError) -> String {
        guard let text = options.image, !text.isEmpty else { return defaultImage }
        if let problem = ImageReference.problem(text) {
            throw UsageError(
                RawValue(text: text, origin: .flag(StaticPodFlag.image.spelling)), problem,
                expected: ImageReference.expectation)
        }
        return text
    }

    private static func profile(_ options: StaticPodOptions) throws(UsageError) -> StaticPod.Profile {
        guard let text = options.profile else { return .original }
        guard let profile = StaticPod.Profile(rawValue: text) else {
            throw UsageError(
                RawValue(text: text, origin: .flag(StaticPodFlag.profile.spelling)), "there is no such profile",
                expected: StaticPod.Profile.allCases.map(\.rawValue).joined(separator: " or "))
        }
        return profile
    }

    /// The masters as they are written; each may be several to the daemon, which has lists of its own.
    private static func masters(
        _ options: StaticPodOptions, of service: VirtualService
    ) throws(UsageError) -> [String] {
        let items = try items(options.masters, .masters)
        guard !items.isEmpty else {
            // The beginning is the original's, for those who look for it.
            throw UsageError(
                "master not allow empty: give \(StaticPodFlag.masters.spelling) as \(CareSettings.realServerForm)")
        }
        for item in items {
            for text in CommaList.items(item.text) {
                _ = try CareSettings.realServer(item.with(text), of: service)
            }
        }
        return items.map(\.text)
    }

    private static func items(_ texts: [String], _ flag: StaticPodFlag) throws(UsageError) -> [RawValue] {
        var items: [RawValue] = []
        for text in texts {
            let value = RawValue(text: text, origin: .flag(flag.spelling))
            let expected =
                "items with commas between them, and \"…\" around one that has commas or quotation marks itself"
            let more = try UsageError.wrap(value, expected: expected) { text throws(GoStringList.Problem) in
                try GoStringList.items(text)
            }
            items += more.map(value.with)
        }
        return items
    }

    /// What in the arguments of `pod` is probably not understood as it was meant. Throws where the daemon, of this version,
    /// would end with them at once: the kubelet would start it again and again.
    private static func doubts(of pod: StaticPod) throws(UsageError) -> [String] {
        let origin = pod.options.isEmpty ? "" : "\(StaticPodFlag.options.spelling): "
        let found: [CareFlag: [String]]?
        do {
            found = try flagsOfDaemon(pod)
        } catch {
            throw UsageError("\(origin)the daemon of the pod would not start: \(error)")
        }
        guard let flags = found else { throw endsAtOnce }
        guard flags[.virtualServer]?.count == 1 else {
            throw UsageError(
                """
                \(origin)\(CareFlag.virtualServer.spelling) would override the virtual server of the pod; expected \
                \(StaticPodFlag.virtualServer.spelling) instead
                """)
        }
        let variables = Environment(pod.nodeAddress.map { [StaticPod.nodeVariable: $0] } ?? [:])
        let source = SettingSource(flags: flags, environment: variables, prefix: CareCommand.variablePrefix)
        let task: CareSettings.Task
        do {
            // The container has a table of hosts of its own.
            task = try CareSettings(source) { HostsFile(path: $0, text: "") }.task
        } catch {
            throw UsageError("\(origin)the daemon of the pod would not start: \(error)")
        }
        guard task == .keep else { throw endsAtOnce }
        return ArgumentForms.care.turnedOff(in: pod.arguments).map(\.sentence)
    }

    /// The flags of the daemon in `pod`, with their texts; `nil` where help is asked for.
    private static func flagsOfDaemon(_ pod: StaticPod) throws(UsageError) -> [CareFlag: [String]]? {
        if let flags = try PlainFlags.read(Array(pod.arguments.dropFirst())) { return flags }
        // This stands alone on a command line of its own.
        if ArgumentForms.care.places(of: pod.options).contains(where: {
            $0.place == .open && $0.argument == "--version"
        }) {
            return nil
        }
        do {
            _ = try RootCommand.parse(program: pod.arguments)
        } catch let error as UsageError {
            throw error
        } catch  where RootCommand.exitCode(for: error) != .success {
            throw UsageError(parsing: error)
        } catch {}
        return nil
    }

    private static let endsAtOnce = UsageError(
        """
        \(StaticPodFlag.options.spelling): the daemon would end at once by these options, and the kubelet start it again and \
        again; expected options that keep it running
        """)
}
