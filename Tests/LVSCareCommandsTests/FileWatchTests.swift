import Epoll
import Foundation
import KernelTestKit
import Testing

@testable import LVSCareCommands

@Suite struct WatchedNamesTests {
    private func names(
        _ path: String, _ links: [String: String], folders: Set<String>, files: Set<String> = []
    )
        -> [String: Set<String>]
    {
        var names = WatchedNames()
        names.add(path) { place in
            if let target = links[place] { return .link(target) }
            if folders.contains(place) { return .folder }
            return files.contains(place) ? .file : .nothing
        }
        return names.folders
    }

    @Test func `a plain file is a name in its folder`() {
        #expect(
            names("/etc/lvscare/a.yaml", [:], folders: ["/etc", "/etc/lvscare"], files: ["/etc/lvscare/a.yaml"])
                == ["/etc/lvscare": ["a.yaml"]])
    }

    @Test func `the links of a ConfigMap are all watched`() {
        let links = ["/config/a.yaml": "..data/a.yaml", "/config/..data": "..2026_11_29"]
        #expect(
            names("/config/a.yaml", links, folders: ["/config", "/config/..2026_11_29"])
                == ["/config": ["a.yaml", "..data"], "/config/..2026_11_29": ["a.yaml"]])
    }

    @Test func `absolute links, links to folders and dots are followed`() {
        let links = ["/etc/lvscare": "/srv/one/../two"]
        #expect(
            names("/etc/./lvscare/a.yaml", links, folders: ["/etc", "/srv", "/srv/one", "/srv/two"])
                == ["/etc": ["lvscare"], "/srv/two": ["a.yaml"]])
    }

    @Test func `what is missing is waited for where it would come`() {
        #expect(names("/etc/lvscare/a.yaml", [:], folders: ["/etc"]) == ["/etc": ["lvscare"]])
    }

    @Test func `a pattern is every name of its folder`() {
        #expect(names("/etc/conf.d/*.yaml", [:], folders: ["/etc", "/etc/conf.d"]) == ["/etc/conf.d": []])
    }

    @Test func `what is next to the file is of no interest, and the folder itself is`() {
        var names = WatchedNames()
        names.add("/etc/a.yaml") { $0 == "/etc" ? .folder : .file }
        names.add("/srv/*.yaml") { $0 == "/srv" ? .folder : .file }
        #expect(names.concerns("a.yaml", in: "/etc"))
        #expect(names.concerns("", in: "/etc"))
        #expect(!names.concerns("b.yaml", in: "/etc"))
        #expect(names.concerns("b.yaml", in: "/srv"))
        #expect(!names.concerns("a.yaml", in: "/"))
    }

    @Test func `links in a circle end`() {
        let found = names("/a/b", ["/a/b": "/a/c", "/a/c": "/a/b"], folders: ["/a"])
        #expect(found == ["/a": ["b", "c"]])
    }
}

/// With real files.
@Suite(.timeLimit(.minutes(2))) struct FileWatchTests {
    /// The ways in which a file changes: shell words in a folder with `config.yaml`.
    static let changes = [
        "echo two > config.yaml", "echo two > new && mv new config.yaml", "rm config.yaml && echo two > config.yaml",
        "mkdir -p v2 && echo two > v2/config.yaml && ln -s v2 tmp && mv -T tmp current && true",
    ]

    @Test(arguments: changes)
    func `a change is told within half a second`(change: String) throws {
        let folder = try TemporaryFolder()
        // `link.yaml` leads by way of `current` to a file, as in a ConfigMap.
        try folder.run("mkdir v1; echo one > config.yaml; echo one > v1/config.yaml; ln -s v1 current")
        try folder.run("ln -s current/config.yaml link.yaml")
        let loop = try EpollLoop()
        var calls = 0
        let watch = FileWatch(on: loop) {
            calls += 1
            loop.stop()
        }
        let paths = [folder.path + "/config.yaml", folder.path + "/link.yaml"]
        #expect(watch.follow(paths))
        #expect(!watch.follow(paths))
        loop.schedule(at: .now + .seconds(20)) { loop.stop() }
        loop.schedule(at: .now) {
            do { try folder.run(change) } catch { Issue.record(error) }
        }
        loop.run()
        #expect(calls == 1)
        watch.close()
    }

    @Test func `a folder that was replaced is another one`() throws {
        let folder = try TemporaryFolder()
        try folder.run("mkdir a; echo one > a/config.yaml")
        let watch = FileWatch(on: try EpollLoop()) {}
        #expect(watch.follow([folder.path + "/a/config.yaml"]))
        try folder.run("mv a b; mkdir a; echo two > a/config.yaml")
        #expect(watch.follow([folder.path + "/a/config.yaml"]))
        #expect(!watch.follow([folder.path + "/a/config.yaml"]))
        watch.close()
    }
}

/// A folder that goes when nobody holds it any more.
private final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/lvscare-watch-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func run(_ words: String) throws { try Shell.lines("cd \(path) && { \(words); }") }
}
