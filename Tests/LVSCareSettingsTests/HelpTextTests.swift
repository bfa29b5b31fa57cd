import LVSCareSettings
import Testing

/// What is made of the declarations, letter by letter.
@Suite struct HelpTextTests {
    @Test func `help says all that is declared in 80 columns`() throws {
        guard case .help(let command, let path) = try Ferry.program.request(["help", "cross"]) else { return }
        #expect(
            HelpText(command, path: path).text == """
                Go to the other side.

                USAGE: ferry cross [<options>]

                It crosses the river and, unless FERRY_QUICK=false is set, takes the shortest
                way.

                CROSSING:
                  -n, --name, --title <name>
                                          What it is called. (FERRY_NAME)
                  -l, --loud/--no-loud    Make a noise. More than usual. (default: false;
                                          FERRY_LOUD)
                  -q, --quick/--no-quick  Go by the shortest way. (default: true; FERRY_QUICK)
                  --load <what>           What is on board: it's cars or [people]. (default:
                                          people; FERRY_LOAD)

                TRIP:
                  --wind <wind>           Where the wind is from. (FERRY_WIND)
                  --pause <duration>      Time between two trips. (default: 2s; 10ms to 1m;
                                          FERRY_PAUSE)
                  --trips <count>         Trips a day. (default: 3; 1 to 9; FERRY_TRIPS)
                  --discount <percent>    Discount of a ticket. (0 to 50; FERRY_DISCOUNT)
                  --chart <file>          The chart. (default: none; FERRY_CHART)
                  --harbours <folder>     Folder of the harbours. (FERRY_HARBOURS)
                  --stops <stop,…>        Where it stops. Required. (FERRY_STOPS)

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show this.

                ENVIRONMENT:
                  A flag that is not given is taken from FERRY_ and its name.

                EXIT STATUS:
                  0   done
                  64  wrong flag

                EXAMPLES:
                  With two stops:
                    ferry cross --stops a,b \\
                      --loud
                """)
    }

    @Test func `help of a program lists its commands, but for hidden ones`() throws {
        guard case .help(let command, let path) = try Ferry.program.request([]) else { return }
        #expect(
            HelpText(command, path: path).text == """
                Cross a river.

                USAGE: ferry <command> ...

                OPTIONS:
                  --version               Show the version.
                  -h, --help              Show this.

                COMMANDS:
                  cross                   Go to the other side.
                  moor                    Stay where it is.

                  'ferry help <command>' explains one of them.
                """)
    }

    @Test(arguments: Shell.allCases)
    func `nobody is told of a hidden setting`(_ shell: Shell) {
        #expect(!shell.script(for: Ferry.program).contains("leaking"))
        #expect(ManualPage.pages(of: Ferry.program).allSatisfy { !$0.text(version: "", date: "").contains("leaking") })
    }

    @Test func `a manual page has every section`() throws {
        let pages = ManualPage.pages(of: Ferry.program)
        #expect(pages.map(\.name) == ["ferry", "ferry-cross", "ferry-moor"])
        #expect(
            pages[1].text(version: "v1", date: "2026-01-31").split(separator: "\n").filter { $0.hasPrefix(".S") } == [
                ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS", ".SS Crossing", ".SS Trip", ".SS Other",
                ".SH EXIT STATUS", ".SH ENVIRONMENT", ".SH FILES", ".SH EXAMPLES", ".SH SEE ALSO",
            ])
        #expect(
            pages[2].text(version: "v1", date: "2026-01-31") == """
                .\\" Made by ferry of what it says of itself.
                .TH FERRY\\-MOOR 8 2026-01-31 "ferry v1" "LVScare"
                .ad l
                .SH NAME
                ferry\\-moor \\- stay where it is
                .SH SYNOPSIS
                \\fBferry\\fR \\fBmoor\\fR \\fIplace\\fR
                .SH DESCRIPTION
                Stay where it is.
                .SH OPTIONS
                .TP
                \\fIplace\\fR
                The place: here or there.
                .TP
                \\fB\\-\\-version\\fR
                Show the version.
                .TP
                \\fB\\-h\\fR, \\fB\\-\\-help\\fR
                Show help.
                .SH SEE ALSO
                .BR \\%ferry (8) ,
                .BR \\%ferry\\-cross (8)

                """)
    }
}
