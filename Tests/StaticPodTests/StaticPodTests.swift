import Testing

@testable import StaticPod

@Suite struct StaticPodTests {
    static let usual = StaticPod(
        name: "kube-sealos-lvscare", content: .service("10.103.97.2:6443", masters: ["192.168.0.2:6443"]),
        image: "sealos.hub:5000/sealos/lvscare:latest")

    @Test(arguments: Golden.pods)
    func `the pod is byte for byte the original's`(_ pod: Golden.Pod) {
        let input = pod.input
        let written = StaticPod(
            name: input.name, content: .service(input.vip, masters: input.masters), options: input.options ?? [],
            image: input.image, nodeAddress: input.nodeIP.isEmpty ? nil : input.nodeIP
        ).yaml
        #expect(written == pod.yaml)
    }

    @Test func `every value is quoted and folded as the original does it`() throws {
        #expect(Golden.values.count > 1000)
        for golden in Golden.values {
            guard let option = golden.option else {
                try expectItIsReadAgain(golden.value)
                continue
            }
            var pod = Self.usual
            pod.options = [golden.value]
            #expect(pod.yaml == Self.usual.yaml(with: option, behind: "    - 192.168.0.2:6443\n"))
            if golden.value.isEmpty { continue }
            pod = Self.usual
            pod.image = golden.value
            #expect(
                pod.yaml == Self.usual.yaml(with: golden.image ?? "", insteadOf: "    image: \(Self.usual.image)\n"))
            pod = Self.usual
            pod.name = golden.value
            let name = "  name: \(Self.usual.name)\n"
            #expect(
                pod.yaml.hasPrefix(Self.usual.yaml(with: golden.name ?? "", insteadOf: "\n" + name, upTo: "\nspec:")))
        }
    }

    /// What the original refuses, and what it changes on the way, is written so that it is read as what it was.
    private func expectItIsReadAgain(_ value: String) throws {
        var pod = Self.usual
        pod.profile = .hardened
        pod.image = value
        #expect(try PodManifest(parsing: Array(pod.yaml.utf8)).image == value)
    }

    @Test func `the hardened pod keeps every value`() throws {
        for golden in Golden.values where !golden.value.contains("\n") && !golden.value.isEmpty {
            try expectItIsReadAgain(golden.value)
        }
    }

    @Test func `the hardened pod is not privileged`() {
        var pod = Self.usual
        pod.profile = .hardened
        pod.options = ["--mode", "link"]
        pod.nodeAddress = "192.168.0.9"
        #expect(
            pod.yaml == """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: kube-sealos-lvscare
                  namespace: kube-system
                spec:
                  containers:
                  - args:
                    - care
                    - --vs
                    - 10.103.97.2:6443
                    - --health-path
                    - /healthz
                    - --health-schem
                    - https
                    - --rs
                    - 192.168.0.2:6443
                    - --mode
                    - link
                    command:
                    - /usr/bin/lvscare
                    env:
                    - name: LVSCARE_NODE_IP
                      value: 192.168.0.9
                    image: sealos.hub:5000/sealos/lvscare:latest
                    imagePullPolicy: IfNotPresent
                    name: kube-sealos-lvscare
                    resources:
                      requests:
                        cpu: 50m
                        memory: 32Mi
                    securityContext:
                      allowPrivilegeEscalation: false
                      capabilities:
                        add:
                        - NET_ADMIN
                        drop:
                        - ALL
                      readOnlyRootFilesystem: true
                      runAsGroup: 0
                      runAsUser: 0
                      seccompProfile:
                        type: RuntimeDefault
                  hostNetwork: true
                  priorityClassName: system-node-critical
                  terminationGracePeriodSeconds: 5

                """)
    }

    @Test func `the original's pod gets the folder of a configuration file beside the modules`() {
        var pod = Self.usual
        pod.content = .configurationFile("/etc/lvscare/node: a.yaml")
        #expect(
            pod.yaml == """
                apiVersion: v1
                kind: Pod
                metadata:
                  creationTimestamp: null
                  name: kube-sealos-lvscare
                  namespace: kube-system
                spec:
                  containers:
                  - args:
                    - care
                    - --config
                    - '/etc/lvscare/node: a.yaml'
                    command:
                    - /usr/bin/lvscare
                    image: sealos.hub:5000/sealos/lvscare:latest
                    imagePullPolicy: IfNotPresent
                    name: kube-sealos-lvscare
                    resources: {}
                    securityContext:
                      privileged: true
                    volumeMounts:
                    - mountPath: /lib/modules
                      name: lib-modules
                      readOnly: true
                    - mountPath: /etc/lvscare
                      name: configuration
                      readOnly: true
                  hostNetwork: true
                  priorityClassName: system-node-critical
                  volumes:
                  - hostPath:
                      path: /lib/modules
                      type: ""
                    name: lib-modules
                  - hostPath:
                      path: /etc/lvscare
                      type: Directory
                    name: configuration
                status: {}

                """)
    }

    @Test func `the hardened pod gets the folder of a configuration file and nothing else of the node`() {
        var pod = Self.usual
        pod.profile = .hardened
        pod.content = .configurationFile("/etc/lvscare/lvscare.yaml")
        let yaml = pod.yaml
        #expect(yaml.contains("    - care\n    - --config\n    - /etc/lvscare/lvscare.yaml\n    command:\n"))
        #expect(
            yaml.hasSuffix(
                """
                        type: RuntimeDefault
                    volumeMounts:
                    - mountPath: /etc/lvscare
                      name: configuration
                      readOnly: true
                  hostNetwork: true
                  priorityClassName: system-node-critical
                  terminationGracePeriodSeconds: 5
                  volumes:
                  - hostPath:
                      path: /etc/lvscare
                      type: Directory
                    name: configuration

                """))
        #expect(try! PodManifest(parsing: Array(yaml.utf8)).image == pod.image)
    }
}

extension StaticPod {
    fileprivate func yaml(with lines: String, behind line: String) -> String {
        yaml.replacing(line, with: line + lines)
    }

    /// The YAML with other text in place of `line`, and only what is before `end`.
    fileprivate func yaml(with lines: String, insteadOf line: String, upTo end: String? = nil) -> String {
        let start = yaml.firstRange(of: line)
        guard let start else { return "" }
        let rest = yaml[start.upperBound...]
        if end != nil { return yaml[..<start.lowerBound] + "\n" + lines }
        return yaml[..<start.lowerBound] + lines + rest
    }
}
