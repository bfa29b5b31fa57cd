import Testing

@testable import LVSCareCommands

/// The manual pages as the program prints them.
@Suite struct ManualTests {
    @Test(arguments: ["lvscare", "sealctl"])
    func `there is a page of the program and of each command`(_ program: String) throws {
        let pages = try Executable.run(["manual"], as: program).output.split(separator: "\n").map(String.init)
        #expect(pages.first == program)
        #expect(pages.contains("\(program)-static-pod") && !pages.contains("\(program)-manual"))
        for page in pages {
            let result = try Executable.run(
                ["manual", page], environment: ["SOURCE_DATE_EPOCH": "1000000000"], as: program)
            #expect(result.status == 0)
            #expect(result.output.contains("\n.TH \(page.uppercased().replacing("-", with: "\\-")) 8 2001-09-09 "))
            let complaints = try Executable.withFile(result.output) { file in
                try Executable.script("! command -v mandoc >/dev/null || mandoc -T lint \(file)").output
            }
            #expect(complaints.isEmpty, "\(page): \(complaints)")
        }
    }

    @Test func `another page is refused with those that there are`() throws {
        let result = try Executable.run(["manual", "lvscare-ipvs"])
        #expect(result.status == 64)
        #expect(result.error.contains("\"lvscare-ipvs\"") && result.error.contains("lvscare-care"))
    }
}
