import Addressing
import LVSCareModel
import Testing

@testable import LVSCareHTTP
@testable import Probing

@Suite struct HTTPExchangeTests {
    private func exchange(
        method: String = "POST", redirects: HTTPProbeConfiguration.Redirects = .follow
    ) throws -> HTTPExchange {
        let fields = [
            "Host": "api.test", "Authorization": "Bearer x", "cookie": "a=b", "Content-Type": "text/plain",
            "X-Mine": "1",
        ]
        let configuration = HTTPProbeConfiguration(
            scheme: .https, target: "/a/b", method: method,
            headers: fields.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
            body: method == "POST" ? "body" : "", redirects: redirects)
        return HTTPExchange(configuration, with: try Endpoint("10.0.0.1:6443"))
    }

    private func names(_ request: HTTPRequest) -> [String] { request.fields.map(\.name) }

    @Test func `the first request goes to the endpoint`() throws {
        let exchange = try exchange()
        #expect(exchange.redirect == nil)
        #expect("\(exchange.request.url)" == "https://10.0.0.1:6443/a/b")
        #expect(exchange.request.host == "api.test")
        #expect(names(exchange.request) == ["Authorization", "Content-Type", "X-Mine", "cookie"])
    }

    @Test(arguments: [301, 302, 303])
    func `the old redirects turn a request into GET`(status: Int) throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: status, location: "c") == .redirected)
        #expect(exchange.request.method == "GET")
        #expect(exchange.request.body.isEmpty)
        #expect(names(exchange.request) == ["Authorization", "X-Mine", "cookie"])
        #expect("\(exchange.request.url)" == "https://10.0.0.1:6443/a/c")
    }

    @Test(arguments: [("GET", "GET"), ("HEAD", "HEAD"), ("OPTIONS", "GET")])
    func `GET and HEAD stay as they are`(method: String, expected: String) throws {
        var exchange = try exchange(method: method)
        #expect(exchange.judge(status: 302, location: "/") == .redirected)
        #expect(exchange.request.method == expected)
    }

    @Test(arguments: [307, 308])
    func `the new redirects keep method and body`(status: Int) throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: status, location: "c") == .redirected)
        #expect(exchange.request.method == "POST")
        #expect(exchange.request.body == "body")
        #expect(names(exchange.request) == ["Authorization", "Content-Type", "X-Mine", "cookie"])
    }

    /// The origin is scheme, host and port.
    @Test(arguments: [
        "https://10.0.0.1:8443/", "https://10.0.0.2:6443/", "http://10.0.0.1:6443/", "https://api.test:6443/",
        "//10.0.0.9/x",
    ])
    func `secrets never leave the origin`(location: String) throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: 302, location: location) == .redirected)
        #expect(exchange.isAnonymous)
        #expect(names(exchange.request).isEmpty && exchange.request.host == nil && exchange.request.body.isEmpty)
        // And do not come back.
        #expect(exchange.judge(status: 302, location: "https://10.0.0.1:6443/") == .redirected)
        #expect(exchange.isAnonymous && names(exchange.request).isEmpty)
    }

    /// Such a redirect wants method and body to go along.
    @Test(arguments: [307, 308]) func `a body is not sent to anybody else`(status: Int) throws {
        var posting = try exchange()
        #expect(posting.judge(status: status, location: "https://10.0.0.2/") == .healthy(staysOpen: false))
        var getting = try exchange(method: "GET")
        #expect(getting.judge(status: status, location: "https://10.0.0.2/") == .redirected)
    }

    @Test(arguments: [(HTTPProbeConfiguration.Redirects.sameOrigin, true), (.none, false)])
    func `an ignored redirect is a response`(redirects: HTTPProbeConfiguration.Redirects, followsOwn: Bool) throws {
        var exchange = try exchange(redirects: redirects)
        #expect(exchange.judge(status: 302, location: "https://10.0.0.2/") == .healthy(staysOpen: false))
        #expect(exchange.judge(status: 302, location: "/c") == (followsOwn ? .redirected : .healthy(staysOpen: false)))
        #expect(names(exchange.request).contains("Authorization"))
    }

    @Test func `the user's Host is sent to relative locations only`() throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: 307, location: "/c") == .redirected)
        #expect(exchange.request.host == "api.test")
        #expect(exchange.judge(status: 307, location: "https://10.0.0.1:6443/d") == .redirected)
        #expect(exchange.request.host == nil)
    }

    /// It is below 400 all the same.
    @Test(arguments: [nil, "", "ftp://x/", "http://", "https://[::1/", "http://\u{1}/"])
    func `a redirect that leads nowhere is a response`(location: String?) throws {
        for status in [301, 302, 303, 307, 308] {
            var exchange = try exchange()
            #expect(exchange.judge(status: status, location: location) == .healthy(staysOpen: false))
        }
    }

    @Test(arguments: [300, 304, 305, 306, 399])
    func `other statuses below 400 are no redirects`(status: Int) throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: status, location: "/c") == .healthy(staysOpen: false))
    }
}
