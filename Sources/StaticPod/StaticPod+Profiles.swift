extension StaticPod {
    /// The members are in the order of their names, as the original's library has them.
    var original: YAMLNode {
        let folders = modules + configuration(Detour.taken(by:))
        return [
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": [
                "creationTimestamp": .verbatim("null"), "name": .text(Detour.taken(by: name)),
                "namespace": "kube-system",
            ],
            "spec": [
                "containers": [
                    .mapping(
                        program(through: Detour.taken(by:)) + [
                            ("resources", .verbatim("{}")),
                            ("securityContext", ["privileged": .verbatim("true")]),
                            ("volumeMounts", .sequence(folders.map(\.mount))),
                        ])
                ],
                "hostNetwork": .verbatim("true"),
                "priorityClassName": "system-node-critical",
                "volumes": .sequence(folders.map(\.volume)),
            ],
            "status": .verbatim("{}"),
        ]
    }

    /// What each member is for, and what the node has to bring along then, is in `docs/static-pod.md`.
    var hardened: YAMLNode {
        let folders = configuration { $0 }
        return [
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": ["name": .text(name), "namespace": "kube-system"],
            "spec": .mapping(
                [
                    ("containers", [.mapping(confinedProgram + Self.member("volumeMounts", folders.map(\.mount)))]),
                    ("hostNetwork", .verbatim("true")),
                    ("priorityClassName", "system-node-critical"),
                    ("terminationGracePeriodSeconds", .verbatim("5")),
                ] + Self.member("volumes", folders.map(\.volume))),
        ]
    }

    private var confinedProgram: [(String, YAMLNode)] {
        program { $0 } + [
            ("resources", ["requests": ["cpu": "50m", "memory": "32Mi"]]),
            (
                "securityContext",
                [
                    "allowPrivilegeEscalation": .verbatim("false"),
                    "capabilities": ["add": ["NET_ADMIN"], "drop": ["ALL"]],
                    "readOnlyRootFilesystem": .verbatim("true"),
                    "runAsGroup": .verbatim("0"),
                    "runAsUser": .verbatim("0"),
                    "seccompProfile": ["type": "RuntimeDefault"],
                ]
            ),
        ]
    }

    /// The members of the container that say what runs in it.
    private func program(through convert: (String) -> String) -> [(String, YAMLNode)] {
        var members: [(String, YAMLNode)] = [
            ("args", .sequence(arguments.map { .text(convert($0)) })),
            ("command", [.text(Self.program)]),
        ]
        if let nodeAddress {
            members.append(("env", [["name": .text(Self.nodeVariable), "value": .text(convert(nodeAddress))]]))
        }
        return members + [
            ("image", .text(convert(image))), ("imagePullPolicy", "IfNotPresent"), ("name", .text(convert(name))),
        ]
    }

    /// A list where there is something in it.
    private static func member(_ name: String, _ items: [YAMLNode]) -> [(String, YAMLNode)] {
        items.isEmpty ? [] : [(name, .sequence(items))]
    }

    private var modules: [HostFolder] { [HostFolder(path: "/lib/modules", name: "lib-modules", type: "")] }

    /// The folder has to be there: one that the runtime made would be empty, and nobody would be told.
    private func configuration(_ convert: (String) -> String) -> [HostFolder] {
        folder.map { [HostFolder(path: convert($0), name: "configuration", type: "Directory")] } ?? []
    }

    /// The variable in which the daemon finds the node's own address.
    public static let nodeVariable = "LVSCARE_NODE_IP"
}

/// A folder of the node that the container has at the same path, read-only.
private struct HostFolder {
    var path: String
    var name: String
    /// What the kubelet looks for there before it starts the pod; nothing for no text.
    var type: String

    var mount: YAMLNode { ["mountPath": .text(path), "name": .text(name), "readOnly": .verbatim("true")] }
    var volume: YAMLNode { ["hostPath": ["path": .text(path), "type": .text(type)], "name": .text(name)] }
}

/// The way that a text takes in the original: written as JSON, which is then read as YAML.
enum Detour {
    /// What is left of `text`.
    ///
    /// To YAML 1.1 the character U+0085 ends a line. In quotes the end of a line is a blank, each further one a line
    /// break, and the blanks around it are no part of the text. JSON writes tabs and all other breaks in an escaped
    /// form, which stays what it is.
    static func taken(by text: String) -> String {
        guard text.unicodeScalars.contains(nextLine) else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.first {
            let gap = rest.prefix { $0 == " " || $0 == nextLine }
            let ends = gap.count { $0 == nextLine }
            if ends == 0 {
                result.append(scalar)
                rest = rest.dropFirst()
            } else {
                result.append(contentsOf: (ends == 1 ? " " : String(repeating: "\n", count: ends - 1)).unicodeScalars)
                rest = rest[gap.endIndex...]
            }
        }
        return String(result)
    }

    private static let nextLine: Unicode.Scalar = "\u{85}"
}
