/// The static pod that keeps `lvscare care` running on a node, for the kubelet to read from a file.
///
/// Nothing is checked here: every text has its YAML, also one that no kubelet takes.
public struct StaticPod: Hashable, Sendable {
    /// What the pod may do on the node.
    public enum Profile: String, Hashable, Sendable, CaseIterable {
        /// As the original's: privileged, with the node's kernel modules.
        case original
        /// With no more than the daemon needs: one capability, and nothing to write to.
        case hardened
    }

    /// Name of the pod and of its container.
    public var name: String
    /// What the daemon keeps.
    public var content: Content
    /// More arguments for the daemon.
    public var options: [String]
    /// The image of the container.
    public var image: String
    /// The node's own address, which the daemon finds in `LVSCARE_NODE_IP`.
    public var nodeAddress: String?
    /// What the pod may do.
    public var profile: Profile

    /// Where the daemon finds what it keeps.
    public enum Content: Hashable, Sendable {
        /// In its arguments: the virtual service, `IP:port`, and the real servers, each in an argument of its own.
        case service(String, masters: [String])
        /// In a configuration file of the node, an absolute path. The container gets its folder, read-only, at the same path.
        ///
        /// The folder and not the file: a mounted file stays what it was when another is renamed to its name.
        case configurationFile(String)
    }

    /// A pod of these parts.
    public init(
        name: String, content: Content, options: [String] = [], image: String, nodeAddress: String? = nil,
        profile: Profile = .original
    ) {
        self.name = name
        self.content = content
        self.options = options
        self.image = image
        self.nodeAddress = nodeAddress
        self.profile = profile
    }

    /// The program in the image.
    public static let program = "/usr/bin/lvscare"

    /// The arguments of the program.
    public var arguments: [String] {
        let declared =
            switch content {
            case .service(let virtualServer, let masters):
                ["--vs", virtualServer, "--health-path", "/healthz", "--health-schem", "https"]
                    + masters.flatMap { ["--rs", $0] }
            case .configurationFile(let path): ["--config", path]
            }
        return ["care"] + declared + options
    }

    /// The folder of the node that the container gets, read-only; `nil` for none.
    public var folder: String? {
        guard case .configurationFile(let path) = content else { return nil }
        return path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
    }

    /// The file that the kubelet reads.
    ///
    /// Of the profile `original` it is byte for byte what the original writes, which goes through
    /// `sigs.k8s.io/yaml` 1.3; the other profile keeps its manner.
    public var yaml: String {
        switch profile {
        case .original: original.document
        case .hardened: hardened.document
        }
    }
}
