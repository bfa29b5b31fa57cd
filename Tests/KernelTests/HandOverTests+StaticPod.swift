import Addressing
import Foundation
import KernelTestKit
import SystemPackage
import Testing

/// The life of a node, through the commands of its installer.
extension KernelSuites.HandOverTests {
    /// Has the manifest written as an administrator does, and checks what is said about it.
    private func write(
        _ realServers: [String], for kubelet: StandInKubelet, _ setting: Setting, profile: String = "original",
        says deed: String
    ) throws {
        let hosts = kubelet.folder.path + ".hosts"
        let node = setting.realServers[0].components(separatedBy: ":8081")[0].trimmingCharacters(
            in: .init(charactersIn: "[]"))
        try Data("\(node) lvscare.node.ip\n".utf8).write(to: URL(filePath: hosts))
        defer { try? FileManager.default.removeItem(atPath: hosts) }
        let result = try Lvscare.runSealctl(
            """
            static-pod --path \(kubelet.folder.path) lvscare --vip '\(setting.vip)' --profile \(profile) --hosts-file \(hosts) \
            --masters '\(realServers.joined(separator: "','"))' \
            --options --mode,\(setting.mode),--interval,1s,--health-schem,http,--health-path,/ --options --health-status,401
            """.replacing("','", with: "' --masters '"))
        #expect(result.status == 0, "\(result.error)")
        #expect(result.error.isEmpty)
        #expect(result.output == "\(kubelet.folder.path)/kube-sealos-lvscare.yaml: \(deed)\n")
    }

    private func awaitHealth(of daemon: Lvscare?) throws -> Lvscare {
        let daemon = try #require(daemon)
        try eventually("\(daemon.log)") { daemon.log.components(separatedBy: "real server is healthy").count == 3 }
        return daemon
    }

    /// "Re-running it with other masters is all an administrator does when masters change."
    @Test(arguments: [Setting.route6, .link4])
    func `a static pod follows a change of masters`(setting: Setting) throws {
        let new = setting.realServers[1].replacing("8082", with: "8083")
        let (old, staying) = (setting.realServers[0], setting.realServers[1])
        let servers = try serve(setting.realServers + [new])
        defer { withExtendedLifetime(servers) {} }
        let kubelet = StandInKubelet()
        try write(setting.realServers, for: kubelet, setting, says: "written")
        try kubelet.synchronise()
        _ = try awaitHealth(of: kubelet.daemon)
        // Their pod has the node's address in a variable, from the hosts file of whoever wrote the manifest.
        if setting.mode == "route" {
            let source = old.components(separatedBy: ":8081")[0].trimmingCharacters(in: .init(charactersIn: "[]"))
            #expect(try stage.routes(to: setting.vip.address).contains { "\($0) ".contains("src \(source) ") })
        }
        try write(setting.realServers, for: kubelet, setting, says: "unchanged")
        #expect(try !kubelet.synchronise())

        let clients = try HTTPClient.ofDifferentServers(2, behind: setting.vip)
        let answers = try clients.map { try $0.get() }
        let affected = try #require(answers.firstIndex { $0.hasPrefix(old) })
        let traffic = Traffic(to: setting.vip, keepAlive: 0)
        let observer = TableObserver(of: setting.vip, healthy: Set(setting.realServers + [new]))
        try write([staying, new], for: kubelet, setting, says: "replaced")
        #expect(try kubelet.synchronise())
        let daemon = try awaitHealth(of: kubelet.daemon)
        try eventually("\(daemon.log)") { try IPVSOracle.saved().filter { $0.contains(old) }.isEmpty }
        #expect(try stage.table() == ["\(staying) 1", "\(new) 1"])
        #expect(throws: Errno.connectionReset) { try clients[affected].get() }
        #expect(try clients[1 - affected].get() == answers[1 - affected])
        try traffic.flow()
        expectUndisturbed(traffic, daemon.log)
        let seen = observer.stop()
        #expect(seen.lapses.isEmpty)
        #expect(seen.weights == [old: [1, 0, nil], staying: [1], new: [1]])
        expectNothingRepaired(daemon)
    }

    private func expectNothingRepaired(_ daemon: Lvscare) {
        for word in ["repaired", "refused", "ERROR"] { #expect(!daemon.log.contains(word), "\(daemon.log)") }
    }

    /// A node joins by `sealctl ipvs`, lives by its static pod, and leaves by `sealctl ipvs -C`.
    @Test(arguments: [(Setting.route4, "original"), (.link6, "hardened")])
    func `a node joins and leaves`(setting: Setting, profile: String) throws {
        let servers = try serve(setting.realServers)
        defer { withExtendedLifetime(servers) {} }
        let before = try Snapshot()
        let joined = try Lvscare.runSealctl(
            "ipvs --vs '\(setting.vip)' --rs '\(setting.realServers.joined(separator: ","))' --mode \(setting.mode) --run-once"
                + " --health-path /healthz --health-schem https")
        #expect(joined.status == 0, "\(joined.error)")
        let undisturbed = try state(setting.vip)
        let traffic = Traffic(to: setting.vip)
        let observer = TableObserver(of: setting.vip, healthy: Set(setting.realServers))

        let kubelet = StandInKubelet()
        try write(setting.realServers, for: kubelet, setting, profile: profile, says: "written")
        try kubelet.synchronise()
        let daemon = try awaitHealth(of: kubelet.daemon)
        try traffic.flow()
        #expect(try Lvscare.runSealctl("ipvs --vs '\(setting.vip)' -C").status == 75)
        expectUndisturbed(traffic, daemon.log)
        expectQuiet(daemon.log)
        let seen = observer.stop()
        #expect(seen.lapses.isEmpty)
        #expect(seen.weights == Dictionary(uniqueKeysWithValues: setting.realServers.map { ($0, [1]) }))
        #expect(try state(setting.vip) == undisturbed)

        try FileManager.default.removeItem(at: kubelet.folder.appending(path: "kube-sealos-lvscare.yaml"))
        try kubelet.synchronise()
        let left = try Lvscare.runSealctl("ipvs --vs '\(setting.vip)' -C")
        #expect(left.status == 0, "\(left.error)")
        try before.expectAgain("\(left.error)")
        #expect(try Lvscare.runSealctl("ipvs --vs '\(setting.vip)' -C").error.contains("nothing to remove"))
    }
}
