import Addressing
import LVSCareConfiguration
import LVSCareModel
import LVSCareSettings
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
    var warnings: [String] = []

    init(_ source: SettingSource, hosts: (String) throws(UsageError) -> HostsFile) throws(UsageError) {
        name = try Self.name(source)
        isPrinted = try source.boolean(StaticPodSetting.print, default: false)
        file = ManifestFile(folder: try Self.folder(source), name: name + ".yaml")
        let image = try Self.image(source)
        if try source.boolean(StaticPodSetting.setImage, default: false) {
            task = .setImage(image)
            warnings = Self.idleFlags(source).map {
                "\($0) changes nothing: \(StaticPodSetting.setImage.spelling) is for the image alone"
            }
            return
        }
        var pod = StaticPod(
            name: name, content: .service("", masters: []),
            options: try Self.items(source, StaticPodSetting.options).map(\.text), image: image,
            profile: try source.choice(StaticPodSetting.profile) ?? .original)
        if let path = source.value(StaticPodSetting.configurationFile) {
            pod.content = .configurationFile(try Self.configurationFile(path, source))
        } else {
            let vip = source.valueOrDefault(StaticPodSetting.virtualServer)
            let service = try CareSettings.virtualService(vip)
            pod.content = .service(vip.text, masters: try Self.masters(source, of: service))
            let file = try hosts(source.valueOrDefault(.hostsFile).text)
            pod.nodeAddress = try service.endpoint.flatMap { endpoint throws(UsageError) in
                try CareSettings.notedEntry(in: file, for: endpoint.address)?.value.text
            }
        }
        task = .write(pod)
        warnings = try Self.warnings(of: pod)
    }

    /// The flags that say something about a pod of which only the image is changed.
    private static func idleFlags(_ source: SettingSource) -> [String] {
        [
            StaticPodSetting.masters, StaticPodSetting.virtualServer, StaticPodSetting.configurationFile,
            StaticPodSetting.options, StaticPodSetting.profile,
        ].filter { source.value($0) != nil }.map(\.spelling)
    }

    private static func name(_ source: SettingSource) throws(UsageError) -> String {
        let value = source.valueOrDefault(StaticPodSetting.name)
        let text = value.text
        let isWord: (UInt8) -> Bool = { octet in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= octet || UInt8(ascii: "0")...UInt8(ascii: "9") ~= octet
        }
        // The name of a container is a label of RFC 1123; the name of a pod could be longer.
        guard 1...63 ~= text.utf8.count, text.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "-") }),
            let first = text.utf8.first, let last = text.utf8.last, isWord(first), isWord(last)
        else {
            throw UsageError(
                value, "the kubelet takes no such name", expected: StaticPodSetting.name.expectation)
        }
        return text
    }

    private static func folder(_ source: SettingSource) throws(UsageError) -> String {
        let value = source.valueOrDefault(StaticPodSetting.path)
        guard !value.text.isEmpty else {
            throw UsageError(value, "it is empty", expected: StaticPodSetting.path.expectation)
        }
        return value.text
    }

    /// As in the original, no text means the default.
    private static func image(_ source: SettingSource) throws(UsageError) -> String {
        let value = source.valueOrDefault(StaticPodSetting.image, forEmpty: true)
        if let problem = ImageReference.problem(value.text) {
            throw UsageError(value, problem, expected: StaticPodSetting.image.expectation)
        }
        return value.text
    }

    /// The masters as they are written; each may be several to the daemon, which has lists of its own.
    private static func masters(
        _ source: SettingSource, of service: VirtualService
    ) throws(UsageError) -> [String] {
        let items = try items(source, StaticPodSetting.masters)
        guard !items.isEmpty else {
            // The beginning is the original's, for those who look for it.
            throw UsageError(
                "master not allow empty: give \(StaticPodSetting.masters.spelling) as \(Setting.realServers.expectation)"
            )
        }
        for item in items {
            for text in CommaList.items(item.text) {
                _ = try CareSettings.realServer(item.with(text), of: service)
            }
        }
        return items.map(\.text)
    }

    /// The items of a list in the form of Go's flag library.
    private static func items(_ source: SettingSource, _ setting: Setting) throws(UsageError) -> [RawValue] {
        var items: [RawValue] = []
        for value in source.values(setting) {
            let more = try UsageError.wrap(value, expected: setting.expectation) {
                text throws(GoStringList.Problem) in try GoStringList.items(text)
            }
            items += more.map(value.with)
        }
        return items
    }

    /// What in the arguments of `pod` is probably not understood as it was meant. Throws where the daemon, of this version,
    /// would end with them at once: the kubelet would start it again and again.
    private static func warnings(of pod: StaticPod) throws(UsageError) -> [String] {
        let origin = pod.options.isEmpty ? "" : "\(StaticPodSetting.options.spelling): "
        let request: Request
        do throws(UsageError) {
            request = try LVSCareCommand.command.request(pod.arguments)
        } catch {
            throw UsageError("\(origin)the daemon of the pod would not start: \(error)")
        }
        guard case .run(let daemon) = request else { throw endsAtOnce }
        let variables = Environment(pod.nodeAddress.map { [StaticPod.nodeVariable: $0] } ?? [:])
        let source = daemon.source(variables)
        let (what, declared, flag) =
            switch pod.content {
            case .service: ("the virtual service", Setting.virtualServer, StaticPodSetting.virtualServer)
            case .configurationFile:
                ("the configuration file", Setting.configurationFile, StaticPodSetting.configurationFile)
            }
        guard source.values(declared).count == 1 else {
            throw UsageError(
                "\(origin)\(declared.spelling) would override \(what) of the pod; expected \(flag.spelling) instead")
        }
        let task: CareSettings.Task
        do throws(UsageError) {
            // The container has a table of hosts of its own.
            task = try CareSettings(source) { HostsFile(path: $0, text: "") }.task
        } catch {
            throw UsageError("\(origin)the daemon of the pod would not start: \(error)")
        }
        guard task == .keep else { throw endsAtOnce }
        return daemon.warnings.map(\.sentence)
    }

    private static let endsAtOnce = UsageError(
        """
        \(StaticPodSetting.options.spelling): the daemon would end at once by these options, and the kubelet start it again and \
        again; expected options that keep it running
        """)
}
