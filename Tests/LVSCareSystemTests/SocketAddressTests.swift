import Addressing
import Foundation
import KernelTestKit
import LVSCareSystem
import Testing

@Suite struct SocketAddressTests {
    private func withSocket<Result>(_ family: Int32, _ body: (Int32) throws -> Result) rethrows -> Result {
        let number = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(number) }
        return try body(number)
    }

    @Test(arguments: [(AF_INET, "127.0.0.9:0"), (AF_INET6, "[::1]:0")])
    func `is read back from the kernel as it was bound and reached`(family: Int32, text: String) throws {
        try withSocket(family) { server in
            #expect(SocketAddress(endpoint(text)).bind(server) == 0)
            #expect(listen(server, 1) == 0)
            let bound = try #require(SocketAddress(of: server)?.endpoint)
            #expect(bound.address == endpoint(text).address && bound.port > 0)
            withSocket(family) { client in
                #expect(SocketAddress(bound).connect(client) == 0)
                #expect(SocketAddress(ofPeerOf: client)?.endpoint == bound)
            }
            withSocket(family) { #expect(SocketAddress(bound).bind($0) == EADDRINUSE) }
        }
    }

    @Test func `says why a call failed`() {
        withSocket(AF_INET) { number in
            #expect(SocketAddress(endpoint("127.0.0.1:1")).connect(number) == ECONNREFUSED)
            #expect(SocketAddress(endpoint("[::1]:1")).connect(number) == EAFNOSUPPORT)
            #expect(SocketAddress(ofPeerOf: number)?.endpoint == nil && errno == ENOTCONN)
        }
        #expect(SocketAddress(of: -1)?.endpoint == nil && errno == EBADF)
    }

    @Test(arguments: ["/" + String(repeating: "x", count: 106), "@" + String(repeating: "x", count: 106)])
    func `takes the longest name of a socket of this machine`(name: String) {
        #expect(SocketAddress(local: name) != nil && SocketAddress(local: name + "x") == nil)
    }

    @Test(arguments: ["", "/", "@", "x", "vsock:2:1"])
    func `takes no other name`(name: String) { #expect(SocketAddress(local: name) == nil) }

    @Test func `of this machine is no endpoint`() {
        withSocket(AF_UNIX) { number in
            #expect(SocketAddress(local: "@lvscare-address-\(getpid())")?.bind(number) == 0)
            #expect(SocketAddress(of: number) != nil && SocketAddress(of: number)?.endpoint == nil)
        }
    }
}
