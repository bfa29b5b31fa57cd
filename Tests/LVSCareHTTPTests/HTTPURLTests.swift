import Addressing
import Testing

@testable import LVSCareHTTP

@Suite struct HTTPURLTests {
    private let base = HTTPURL(
        scheme: .http, host: .address(.loopback(.ipv4)), explicitPort: 8080, target: "/b/c/d?q=1")

    /// Relative references within `http://127.0.0.1:8080/b/c/d?q=1`; the relative ones are those of RFC 3986,
    /// section 5.4, as far as a path, a query or a fragment is concerned.
    @Test(arguments: [
        ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d?y"), ("g?y", "/b/c/g?y"),
        ("#s", "/b/c/d?q=1"), ("g#s", "/b/c/g"), ("g?y#s", "/b/c/g?y"), ("", "/b/c/d?q=1"), (".", "/b/c/"),
        ("./", "/b/c/"), ("..", "/b/"), ("../", "/b/"), ("../g", "/b/g"), ("../..", "/"), ("../../", "/"),
        ("../../g", "/g"), ("../../../g", "/g"), ("../../../../g", "/g"), ("/./g", "/g"), ("/../g", "/g"),
        ("g.", "/b/c/g."), (".g", "/b/c/.g"), ("..g", "/b/c/..g"), ("./../g", "/b/g"), ("./g/.", "/b/c/g/"),
        ("g/./h", "/b/c/g/h"), ("g/../h", "/b/c/h"), ("g?y/./x", "/b/c/g?y/./x"), ("g?y/../x", "/b/c/g?y/../x"),
        ("g#s/../x", "/b/c/g"), ("/a b?c=\"é\"", "/a%20b?c=%22%C3%A9%22"), ("/a%20b", "/a%20b"), ("/a//b", "/a//b"),
        ("./x:y", "/b/c/x:y"), ("/http://x/", "/http://x/"),
    ])
    func `a relative reference stays with the server`(reference: String, target: String) throws {
        let url = try base.resolving(reference)
        #expect(url.target == target)
        #expect(url.authority == "127.0.0.1:8080")
    }

    @Test(arguments: [
        ("http://10.0.0.1", "http://10.0.0.1/", 80), ("https://10.0.0.1", "https://10.0.0.1/", 443),
        ("HTTPS://10.0.0.1:6443/x?y", "https://10.0.0.1:6443/x?y", 6443),
        ("http://10.0.0.1:80/", "http://10.0.0.1:80/", 80), ("http://10.0.0.1:/x", "http://10.0.0.1/x", 80),
        ("//10.0.0.1/x", "http://10.0.0.1/x", 80), ("http://[fd00::2]/x", "http://[fd00::2]/x", 80),
        ("http://[FD00:0::2]:81?y", "http://[fd00::2]:81/?y", 81), ("http://localhost/../x", "http://localhost/x", 80),
        ("http://user:word@10.0.0.1/", "http://10.0.0.1/", 80),
        ("http://a_b.svc.test.:8/", "http://a_b.svc.test.:8/", 8),
        ("https://10.0.0.1#s", "https://10.0.0.1/", 443),
    ])
    func `an absolute reference leads elsewhere`(reference: String, expected: String, port: UInt16) throws {
        let url = try base.resolving(reference)
        #expect(url.description == expected)
        #expect(url.port == port)
    }

    @Test(arguments: [
        ("ftp://10.0.0.1/", "has the unsupported scheme \"ftp\""),
        ("mailto:x@y", "has the unsupported scheme \"mailto\""),
        ("http:/x", "has no host"), ("http:///x", "has no host"), ("http://:80/", "has no host"),
        ("http://10.0.0.1:0/", "has the invalid port \"0\""),
        ("http://10.0.0.1:65536/", "has the invalid port \"65536\""),
        ("http://10.0.0.1:8x/", "has the invalid port \"8x\""), ("http://[::1/", "has the invalid address \"[::1\""),
        ("http://[::1]8/", "has the invalid port \"8\""),
        ("http://[10.0.0.1]/", "has the invalid address \"[10.0.0.1]\""),
        ("http://[fe80::1%25eth0]/", "has the invalid address \"[fe80::1%25eth0]\""),
        ("http://a b/", "has the invalid host \"a b\""), ("http://é/", "has the invalid host \"é\""),
        ("/a\tb", "has control characters"), ("/a\u{7f}", "has control characters"),
    ])
    func `a reference that leads nowhere says why`(reference: String, reason: String) {
        #expect(throws: UnusableReference(reason)) { try base.resolving(reference) }
    }
}
