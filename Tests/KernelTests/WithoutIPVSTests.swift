import Foundation
import KernelTestKit
import Testing

/// On a kernel that has no IPVS and can load none.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["LVSCARE_WITHOUT_IPVS"] == "1",
        "needs a kernel without IPVS: the test bed sets LVSCARE_WITHOUT_IPVS=1 inside one"))
struct WithoutIPVSTests {
    @Test(arguments: [
        "care --vs 169.254.7.1:80 --rs 127.0.0.1:8081", "care --vs 169.254.7.1:80 --rs 127.0.0.1:8081 --run-once",
        "care --vs 169.254.7.1:80 -C", "list",
    ])
    func `the message names what is missing and the remedy`(words: String) throws {
        let before = try Shell.lines("ip -4 route show table all")
        let result = try Lvscare.run(words)
        #expect(result.status == 69)
        #expect(result.error.contains("no IPVS"))
        #expect(result.error.contains("modprobe ip_vs"))
        #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
        #expect(try Shell.lines("ip -4 route show table all") == before)
    }
}
