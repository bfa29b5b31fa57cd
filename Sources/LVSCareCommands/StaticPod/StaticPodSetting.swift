import LVSCareSettings
import StaticPod

/// What the static pod is made of, where it goes, and what is to be done with it. The names are the original's, except for
/// those of the configuration file, the profile and the hosts file.
enum StaticPodSetting {
    static let masters = Setting(
        "masters", .list(listForm), "ip:port,…", need: "Required unless --config or --set-img.",
        "The masters. May be repeated, and may be a list separated by commas.")

    static let virtualServer = Setting(
        "vip", Setting.virtualServer.kind, "ip:port", default: .text("10.103.97.2:6443"),
        "The virtual service by which this node reaches them.")

    static let configurationFile = Setting(
        "config", .file("the absolute path of a configuration file, in a folder of its own"), "file",
        """
        A configuration file of this node, in place of --masters and --vip. The pod gets the folder of it, read-only, and takes \
        the file over again when it changes.
        """)

    static let options = Setting(
        "options", .list(listForm), "flag,value,…", "More flags and values for the daemon, in the form of --masters.")

    static let image = Setting(
        "image", .text(ImageReference.expectation), "image", default: .text("sealos.hub:5000/sealos/lvscare:latest"),
        "The image of the container.")

    static let name = Setting(
        "name", .text("at most 63 of a-z, 0-9 and -, with - only between others"), "name",
        default: .text("kube-sealos-lvscare"), "The name of pod, container and file.")

    static let path = Setting(
        "path", .folder("the folder that the kubelet watches, usually \(usualFolder)"), "folder",
        default: .text(usualFolder), "The folder that the kubelet watches.")

    static let profile = Setting(
        "profile", .choice(StaticPod.Profile.allCases.map(\.rawValue), ignoresCase: false), "profile",
        default: .text(StaticPod.Profile.original.rawValue),
        """
        How the pod is confined. original: privileged, as ever. hardened: with one capability (NET_ADMIN), a read-only root \
        and resource requests; the node must then set net.ipv4.vs.* itself.
        """)

    static let print = Setting(switch: "print", "Print the manifest and write nothing.")

    static let setImage = Setting(
        switch: "set-img",
        "Change only the image in the manifest that is there, and keep every other byte of it.")

    private static let usualFolder = "/etc/kubernetes/manifests"
    private static let listForm =
        "items with commas between them, and \"…\" around one that has commas or quotation marks itself"
}

extension Setting {
    /// The settings of `static-pod`.
    static let ofStaticPod = [
        StaticPodSetting.masters, StaticPodSetting.virtualServer, StaticPodSetting.configurationFile,
        StaticPodSetting.options, StaticPodSetting.image,
        StaticPodSetting.name, StaticPodSetting.path, StaticPodSetting.profile, hostsFile, StaticPodSetting.print,
        StaticPodSetting.setImage,
    ]
}
