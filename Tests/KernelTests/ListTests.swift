import Foundation
import KernelTestKit
import Testing

extension KernelSuites {
    /// `lvscare list` beside `ipvsadm -Ln`, on a table with a bit of everything.
    @Suite struct ListTests {
        init() throws {
            _ = try freshIPVS()
            try IPVSOracle.restore([
                "-A -t 10.200.1.1:80 -s rr", "-a -t 10.200.1.1:80 -r 10.200.2.1:8080 -m -w 1",
                "-a -t 10.200.1.1:80 -r 10.200.2.2:8080 -m -w 0", "-A -u 10.200.1.1:53 -s wlc -p 300 -M 255.255.255.0",
                "-a -u 10.200.1.1:53 -r 10.200.2.3:53 -g -w 30000", "-A --sctp-service 10.200.1.2:99 -s lc",
                "-A -t [fd00:200::1]:443 -s sh -b sh-port", "-a -t [fd00:200::1]:443 -r [fd00:200::2]:443 -i -w 5",
                "-A -f 7 -s wrr", "-a -f 7 -r 10.200.2.4:0 -g -w 1", "-A -f 8 -6 -s rr",
            ])
        }

        @Test(arguments: ["", "--stats", "--rate", "--exact", "--stats --exact", "--rate --exact"])
        func `the list looks as that of ipvsadm does`(options: String) throws {
            let ours = try Lvscare.run("list \(options)")
            #expect(ours.status == 0)
            #expect(ours.error == "")
            #expect(try ours.output == Shell.run("ipvsadm -Ln \(options)").output)
        }

        @Test func `an empty table looks the same`() throws {
            try Shell.lines("ipvsadm -C")
            #expect(try Lvscare.run("list").output == Shell.run("ipvsadm -Ln").output)
        }

        @Test func `the JSON has every service and real server`() throws {
            let output = try Lvscare.run("list --json").output
            _ = try JSONSerialization.jsonObject(with: Data(output.utf8))
            for text in ["10.200.2.1", "10.200.2.2", "10.200.2.3", "fd00:200::2", "10.200.2.4"] {
                #expect(output.contains(text))
            }
        }
    }
}
