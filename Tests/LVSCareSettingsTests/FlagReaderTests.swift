import LVSCareSettings
import Testing

/// What the arguments of a program ask for.
@Suite struct FlagReaderTests {
    /// The flags of `ferry cross` as texts in a row: `name=a`.
    private static func read(_ arguments: [String]) throws -> [String] {
        let source = try #require(try Ferry.call(["cross"] + arguments)).source(Environment([:]))
        return Ferry.settings.flatMap { setting in source.values(setting).map { "\(setting.name)=\($0.text)" } }
    }

    @Test(arguments: [
        ("", []), ("--name a", ["name=a"]), ("--name=a", ["name=a"]), ("--name=", ["name="]),
        ("--name=a=b", ["name=a=b"]),
        ("-n a", ["name=a"]), ("-na", ["name=a"]), ("-n=a", ["name=a"]), ("-n=", ["name="]), ("--title a", ["name=a"]),
        ("--name a --name b", ["name=a", "name=b"]), ("--name --loud", ["name=--loud"]),
        ("--name -- --loud", ["name=--", "loud=true"]),
        ("--name -5s", ["name=-5s"]), ("--loud", ["loud=true"]), ("--loud=0", ["loud=false"]),
        ("--no-loud", ["loud=false"]),
        ("--loud f", ["loud=false"]), ("--loud T --name a", ["name=a", "loud=true"]), ("-l", ["loud=true"]),
        ("-l=false", ["loud=false"]), ("-l 0", ["loud=false"]), ("-lq", ["loud=true", "quick=true"]),
        ("-lq=f", ["loud=true", "quick=false"]), ("-lqna", ["name=a", "loud=true", "quick=true"]),
        ("--loud --", ["loud=true"]),
        ("--no-loud --loud", ["loud=false", "loud=true"]), ("--stops a --stops=b,c", ["stops=a", "stops=b,c"]),
        ("--leaking x", ["leaking=x"]),
    ])
    func `reads every form of a flag`(_ words: String, _ flags: [String]) throws {
        #expect(try Self.read(words.split(separator: " ").map(String.init)) == flags)
    }

    @Test(arguments: [
        (
            ["cross", "--loud=loud"],
            "--loud \"loud\": it is not a truth value; expected true or false (also 1, 0, t, f)"
        ),
        (["cross", "--name"], "missing value for '--name <name>'"),
        (["cross", "-n"], "missing value for '--name <name>'"),
        (["cross", "a"], "unexpected argument 'a'"), (["cross", "a", "b"], "2 unexpected arguments: 'a', 'b'"),
        (["cross", "--", "-n"], "unexpected argument '-n'"), (["cross", "--leakign"], "unknown option '--leakign'"),
        (["cross", "--no-name"], "unknown option '--no-name'"),
        (["cross", "--no-loud=true"], "unexpected value in '--no-loud=true'"),
        (["cross", "-x"], "unknown option '-x'"),
        (["cross", "-lx"], "unknown option '-x'"),
        (["cross", "--nmae=a"], "unknown option '--nmae'. Did you mean '--name'?"),
        (["cross", "--no-luod"], "unknown option '--no-luod'. Did you mean '--no-loud'?"),
        (["cross", "--rope", "a"], "--rope is for moor alone"), (["cross", "-ra"], "-r is for moor alone"),
        (["cross", "--help=me"], "unexpected value in '--help=me'"),
        (["cross", "--name", "a", "--version"], "--version stands alone: unexpected argument '--name'"),
        (["--help", "cross"], "--help stands alone: unexpected argument 'cross'"),
        (["--name"], "unknown option '--name'"),
        (["moor"], "missing expected argument '<place>'"),
        (["moor", "x"], "\"x\": there is no such place; expected here or there"),
        (["moor", "here", "there"], "unexpected argument 'there'"),
        (["help", "cross", "x"], "unexpected argument 'x'"),
        (["row"], "\"row\" is not a command; expected one of cross, moor"),
        (["help", "--name"], "unknown option '--name'"),
    ])
    func `tells the first mistake`(_ arguments: [String], _ message: String) {
        let error = #expect(throws: UsageError.self) { try Ferry.program.request(arguments) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ([], "ferry"), (["help"], "ferry"), (["-h"], "ferry"), (["help", "cross"], "ferry cross"),
        (["cross", "-h"], "ferry cross"), (["cross", "--nonsense", "x", "--help"], "ferry cross"),
        (["cross", "-lh"], "ferry cross"),
        (["sink", "--help"], "ferry sink"),
    ])
    func `gives help whatever stands beside the wish for it`(_ arguments: [String], _ path: String) throws {
        guard case .help(let command, let words) = try Ferry.program.request(arguments) else {
            Issue.record("no help")
            return
        }
        #expect(words.joined(separator: " ") == path)
        #expect(command.name == words.last)
    }

    @Test func `a word behind a flag that turns it off is noted`() throws {
        #expect(
            try Ferry.call(["cross", "--loud", "false", "-q", "true"])?.warnings == [
                .turnedOff(flag: "--loud", by: "false")
            ])
    }

    @Test func `a hidden command has another name, and takes its word behind an equals sign`() throws {
        for words in [["sink", "x"], ["--sink", "x"], ["--sink=x"]] { #expect(try Ferry.call(words)?.operand == "x") }
    }

    @Test func `no message is longer than anybody reads`() {
        let long = String(repeating: "x", count: 100_000)
        for arguments in [
            [long], ["cross", long], ["cross", "--\(long)"], ["cross", "--\(long)=1"], ["cross", "-\(long)"],
            ["moor", long],
        ] {
            let error = #expect(throws: UsageError.self) { try Ferry.program.request(arguments) }
            #expect((error?.description.utf8.count ?? 0) < 1000)
        }
    }
}
