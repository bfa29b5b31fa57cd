import Addressing
import Director
import Testing

@testable import Probing

@Suite struct HTTPExchangeTests {
    private func exchange(method: String = "POST") throws -> HTTPExchange {
        let fields = [
            "Host": "api.test", "Authorization": "Bearer x", "cookie": "a=b", "Content-Type": "text/plain",
            "X-Mine": "1",
        ]
        let configuration = HTTPProbeConfiguration(
            scheme: .https, target: "/a/b", method: method,
            headers: fields.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
            body: "body")
        return HTTPExchange(configuration, with: try Endpoint("10.0.0.1:6443"))
    }

    private func names(_ request: HTTPRequest) -> [String] { request.fields.map(\.name) }

    @Test func `the first request`() throws {
        let exchange = try exchange()
        #expect(exchange.trail == nil)
        #expect("\(exchange.request.url)" == "https://10.0.0.1:6443/a/b")
        #expect(exchange.request.host == "api.test")
        #expect(names(exchange.request) == ["Authorization", "Content-Type", "X-Mine", "cookie"])
    }

    @Test(arguments: [301, 302, 303])
    func `the old redirects turn into GET`(status: Int) throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: status, location: "c") == .redirected)
        #expect(exchange.request.method == "GET")
        #expect(exchange.request.body.isEmpty)
        #expect(names(exchange.request) == ["Authorization", "X-Mine", "cookie"])
        #expect("\(exchange.request.url)" == "https://10.0.0.1:6443/a/c")
    }

    @Test(arguments: [("GET", "GET"), ("HEAD", "HEAD"), ("OPTIONS", "GET")])
    func `GET and HEAD stay`(method: String, expected: String) throws {
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

    @Test func `secrets stay at home`() throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: 307, location: "https://10.0.0.1:8443/") == .redirected)
        #expect(names(exchange.request) == ["Authorization", "Content-Type", "X-Mine", "cookie"])
        #expect(exchange.judge(status: 307, location: "https://10.0.0.2/") == .redirected)
        #expect(names(exchange.request) == ["Content-Type", "X-Mine"])
        #expect(exchange.judge(status: 307, location: "https://10.0.0.1:6443/") == .redirected)
        #expect(names(exchange.request) == ["Content-Type", "X-Mine"])
    }

    @Test func `the user's Host goes with relative locations only`() throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: 307, location: "/c") == .redirected)
        #expect(exchange.request.host == "api.test")
        #expect(exchange.judge(status: 307, location: "https://10.0.0.1:6443/d") == .redirected)
        #expect(exchange.request.host == nil)
    }

    @Test(arguments: [nil, ""])
    func `a redirect needs a location`(location: String?) throws {
        for status in [301, 302, 303, 307, 308] {
            var exchange = try exchange()
            #expect(
                exchange.judge(status: status, location: location)
                    == .unhealthy(ProbeFault(.protocolError, "status \(status) without a Location")))
        }
    }

    @Test(arguments: [300, 304, 305, 306, 399])
    func `other statuses below 400 are no redirects`(status: Int) throws {
        var exchange = try exchange()
        #expect(exchange.judge(status: status, location: "/c") == .healthy)
    }

    @Test func `a location that cannot be used`() throws {
        var exchange = try exchange()
        #expect(
            exchange.judge(status: 302, location: "ftp://x/")
                == .unhealthy(
                    ProbeFault(.protocolError, "redirect to \"ftp://x/\", which has the unsupported scheme \"ftp\"")))
    }

    @Test func `a location cannot fill the log`() throws {
        var exchange = try exchange()
        let long = String(repeating: "x", count: 50_000)
        for location in ["ftp://\(long)/", "\(long)://x/", "http://\(long)/"] {
            guard case .unhealthy(let fault) = exchange.judge(status: 302, location: location) else {
                Issue.record("followed")
                return
            }
            #expect(fault.detail.count < 600)
        }
    }
}
