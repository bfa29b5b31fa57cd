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
    /// The virtual service, `IP:port`.
    public var virtualServer: String
    /// The real servers, each in an argument of its own.
    public var masters: [String]
    /// More arguments for the daemon.
    public var options: [String]
    /// The image of the container.
    public var image: String
    /// The node's own address, which the daemon finds in `LVSCARE_NODE_IP`.
    public var nodeAddress: String?
    /// What the pod may do.
    public var profile: Profile

    /// A pod of these parts.
    public init(
        name: String, virtualServer: String, masters: [String], options: [String] = [], image: String,
        nodeAddress: String? = nil, profile: Profile = .original
    ) {
        self.name = name
        self.virtualServer = virtualServer
        self.masters = masters
        self.options = options
        self.image = image
        self.nodeAddress = nodeAddress
        self.profile = profile
    }

    /// The program in the image.
    public static let program = "/usr/bin/lvscare"

    /// The arguments of the program.
    public var arguments: [String] {
        ["care", "--vs", virtualServer, "--health-path", "/healthz", "--health-schem", "https"]
            + masters.flatMap { ["--rs", $0] } + options
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
