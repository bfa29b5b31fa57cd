import Testing

@testable import StaticPod

@Suite struct PodManifestTests {
    static let generated = StaticPodTests.usual.yaml

    /// A manifest, and what becomes of it with the image `new:1`.
    static let changes: [(String, String)] = [
        (generated, generated.replacing("image: sealos.hub:5000/sealos/lvscare:latest", with: "image: new:1")),
        (
            "# ours\nkind: Pod\nspec:\n  containers:\n  - {command: [/usr/bin/lvscare], image: a, x: y} # why\n",
            "# ours\nkind: Pod\nspec:\n  containers:\n  - {command: [/usr/bin/lvscare], image: \"new:1\", x: y} # why\n"
        ),
        (
            #"{"kind":"Pod","spec":{"containers":[{"args":["care"],"image":"a","new":null}]}}"#,
            #"{"kind":"Pod","spec":{"containers":[{"args":["care"],"image":"new:1","new":null}]}}"#
        ),
        (
            "---\r\nkind: Pod\r\nspec:\r\n  containers:\r\n  - image:   'a'   # é\r\n    args: [care]\r\n...\r\n",
            "---\r\nkind: Pod\r\nspec:\r\n  containers:\r\n  - image:   'new:1'   # é\r\n    args: [care]\r\n...\r\n"
        ),
        (
            "\u{feff}kind: Pod # \u{e9}\u{1f600}\nspec: {containers: [{image: other, name: other}, {image: \"a\", args: [care]}]}",
            "\u{feff}kind: Pod # \u{e9}\u{1f600}\nspec: {containers: [{image: other, name: other}, {image: \"new:1\", args: [care]}]}"
        ),
        (
            "kind: Pod\nspec:\n    containers:\n        - command: [/opt/lvscare]\n          image: a\n            b\n          c: d",
            "kind: Pod\nspec:\n    containers:\n        - command: [/opt/lvscare]\n          image: new:1\n          c: d"
        ),
        (
            "kind: Pod\nspec:\n  containers:\n  - command: [sh, -c, lvscare care]\n    name: mine\n    image: a",
            "kind: Pod\nspec:\n  containers:\n  - command: [sh, -c, lvscare care]\n    name: mine\n    image: new:1"
        ),
        (
            "x: &x [1]\nkind: Pod\nspec:\n  y: *x\n  containers:\n  - args: [care]\n    image: !!str\n      a\n    z: *x"
                .replacing(
                    "!!str\n      a", with: "a"),
            "x: &x [1]\nkind: Pod\nspec:\n  y: *x\n  containers:\n  - args: [care]\n    image: new:1\n    z: *x"
        ),
    ]

    @Test(arguments: changes)
    func `only the image is changed`(before: String, after: String) throws {
        let manifest = try PodManifest(parsing: Array(before.utf8), name: "mine")
        let changed = try manifest.settingImage("new:1", name: "mine")
        #expect(changed.map { String(decoding: $0, as: UTF8.self) } == after)
        #expect(try PodManifest(parsing: Array(after.utf8), name: "mine").settingImage("new:1", name: "mine") == nil)
    }

    static let refusals: [(String, ManifestProblem.Kind, Int?, String)] = [
        ("", .damaged, nil, "empty"), ("\n# nothing\n", .foreign, nil, "empty"), ("\0", .damaged, nil, "not YAML"),
        ("kind: Pod\n\tspec: {}", .damaged, 2, "not YAML"), ("kind: [Pod", .foreign, 2, "not YAML"),
        ("text", .foreign, 1, "kind: Pod"), ("- kind: Pod", .foreign, 1, "kind: Pod"),
        ("{\"kind\": ", .foreign, 2, "not YAML"),
        ("#!/bin/sh\nexit 0\n", .foreign, 2, "kind: Pod"),
        ("apiVersion: v1\nkind: Secret\na: b: c", .foreign, 3, "not YAML"),
        ("apiVersion: v1\nkind: Po", .damaged, 2, "not \"Pod\""), ("\0\0\n\0", .damaged, nil, "not YAML"),
        ("apiVersion: v1\n", .damaged, 1, "kind: Pod"), ("kind: Pod\n", .damaged, 1, "no containers"),
        ("kind: Pod\nspec:\n  containers:\n", .damaged, 3, "no containers"),
        ("kind: Pod\nspec:\n  containers:\n  - args:\n", .damaged, 4, "no container runs lvscare"),
        ("kind: Pod\nspec:\n  containers:\n  - args:\n    - care\n", .damaged, 4, "no image"),
        ("a: b\nkind: ConfigMap\n", .foreign, 2, "\"ConfigMap\""), ("kind: [Pod]\n", .foreign, 1, "not \"Pod\""),
        (
            "kind: Pod\nspec:\n  containers:\n  - command: [kube-apiserver]\n    image: a\n", .foreign, 4,
            "no container runs lvscare"
        ),
        ("kind: Pod\nspec: {}\n---\nkind: Pod\n", .foreign, 3, "second document"),
        ("kind: Pod\nkind: Pod\n", .foreign, 2, "\"kind\" is there twice"),
        (
            "kind: Pod\nspec:\n  containers:\n  - image: a\n    args: [care]\n    image: b\n", .foreign, 6,
            "\"image\" is there twice"
        ),
        (
            "kind: Pod\nspec:\n  containers:\n  - {args: [care], image: a}\n  - {args: [care], image: b}\n", .foreign,
            5,
            "second container"
        ),
        ("kind: Pod\nspec:\n  containers:\n  - args: [care]\n    image: |\n      a\n", .unusual, 5, "block"),
        ("kind: Pod\nspec:\n  containers:\n  - args: [care]\n    image:\n", .unusual, 5, "nothing"),
        ("kind: Pod\nspec:\n  containers:\n  - args: [care]\n    image: [a]\n", .unusual, 5, "no text"),
        ("kind: Pod\nspec:\n  containers:\n  - args: [care]\n    image: &a b\n", .unusual, 5, "anchor"),
        ("kind: Pod\nspec:\n  containers:\n  - args: [care]\n    image: !!str b\n", .unusual, 5, "tag"),
        ("kind: Pod\nx: &a b\nspec:\n  containers:\n  - args: [care]\n    image: *a\n", .unusual, 6, "alias"),
        (String(repeating: "[", count: 1 << 20), .foreign, 1, "levels"),
        (String(repeating: "{a: ", count: 1 << 18), .foreign, 1, "levels"),
        (String(repeating: " ", count: 1 << 20 + 1), .foreign, nil, "1 MiB"),
    ]

    @Test(arguments: [[0xff, 0xfe, 0x6b, 0], [0xfe, 0xff, 0, 0x6b]] as [[UInt8]])
    func `other encodings are refused`(octets: [UInt8]) {
        let problem = #expect(throws: ManifestProblem.self) { try PodManifest(parsing: octets) }
        #expect(problem?.description.contains("UTF-8") == true)
    }

    @Test(arguments: refusals)
    func `other files are refused`(text: String, kind: ManifestProblem.Kind, line: Int?, mention: String) {
        let problem = #expect(throws: ManifestProblem.self) { try PodManifest(parsing: Array(text.utf8)) }
        #expect(problem?.kind == kind)
        #expect(problem?.line == line)
        #expect(problem?.description.contains(mention) == true, "\(problem?.description ?? "")")
    }

    /// As when a write that was not atomic was interrupted: it is never taken for somebody else's.
    @Test func `a manifest that was cut short is damaged or usable`() throws {
        let octets = Array(Self.generated.utf8)
        for count in octets.indices {
            do {
                #expect(try !PodManifest(parsing: Array(octets[..<count])).image.isEmpty)
            } catch {
                #expect(error.kind != .foreign, "\(count): \(error)")
            }
        }
    }

    /// No image is asked for that looks like these, but whatever it is, it is read as what was written.
    @Test(arguments: ["a", "'a'", "\"a\""])
    func `every text is quoted as it needs to be`(image: String) throws {
        for isFlow in [false, true] {
            let (before, after) =
                isFlow
                ? ("kind: Pod\nspec: {containers: [{args: [care], image: ", ", b: c}]}\n")
                : ("kind: Pod\nspec:\n  containers:\n  - args: [care]\n    image: ", " # comment\n    b: c\n")
            let manifest = try PodManifest(parsing: Array((before + image + after).utf8))
            for golden in Golden.values.prefix(300) where golden.value != "a" {
                let changed = try #require(try manifest.settingImage(golden.value))
                #expect(changed.starts(with: before.utf8) && changed.reversed().starts(with: after.utf8.reversed()))
                #expect(try PodManifest(parsing: changed).image == golden.value)
            }
        }
    }

    @Test func `damage at any place is survived`() throws {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "[", "]", "{", "}", ":", "- ", "\n", "\t", "\"", "'", "&a ", "*a", "|", "#", "\u{85}", "\0", "image: x\n",
        ]
        for _ in 0..<2000 {
            var octets = Array(Self.changes.randomElement(using: &random)!.0.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let start = Int.random(in: 0..<octets.count, using: &random)
                let end = Int.random(in: start...min(octets.count, start + 4), using: &random)
                octets.replaceSubrange(start..<end, with: Array(pieces.randomElement(using: &random)!.utf8))
            }
            guard let manifest = try? PodManifest(parsing: octets), let changed = try? manifest.settingImage("new:1")
            else { continue }
            #expect(try PodManifest(parsing: changed).image == "new:1")
        }
    }
}
