import LVSCareSettings

/// A program of the tests, with one setting of each kind.
enum Ferry {
    static let name = Setting("name", letter: "n", aliases: ["title"], .text("a name"), "name", "What it is called.")
    static let loud = Setting(switch: "loud", letter: "l", "Make a noise. More than usual.")
    static let quick = Setting(switch: "quick", letter: "q", default: .text("true"), "Go by the shortest way.")
    static let load = Setting(
        "load", .choice(["cars", "people", ""], ignoresCase: true), "what", default: .text("people"),
        "What is on board: it's cars or [people].")
    static let wind = Setting("wind", .proposed(["north", "south"], "a wind"), "wind", "Where the wind is from.")
    static let pause = Setting(
        "pause", .duration(.milliseconds(10) ... .seconds(60)), "duration", default: .text("2s"),
        "Time between two trips.")
    static let trips = Setting("trips", .number(1...9, "how many trips"), "count", default: .text("3"), "Trips a day.")
    static let discount = Setting("discount", .percentage(0...50), "percent", "Discount of a ticket.")
    static let chart = Setting("chart", .file("a chart"), "file", default: .words("none"), "The chart.")
    static let harbours = Setting("harbours", .folder("a folder"), "folder", "Folder of the harbours.")
    static let stops = Setting("stops", .list("names of stops"), "stop,…", need: "Required.", "Where it stops.")

    static let secret = Setting("leaking", .text("anything"), "where", "It leaks.", isHidden: true)

    static let settings = [secret, name, loud, quick, load, wind, pause, trips, discount, chart, harbours, stops]

    static let program = {
        var program = Command("ferry", "Cross a river.")
        program.subcommands = [
            .init("cross", cross), .init("moor", moor), .init("sink", hiddenName: "--sink", isHidden: true, sink),
        ]
        return program
    }()

    private static func cross(_ name: String, of _: String) -> Command {
        var command = Command(name, "Go to the other side.")
        command.discussion = ["It crosses the river and, unless FERRY_QUICK=false is set, takes the shortest way."]
        command.sections = [
            .init("Crossing", [secret, Self.name, loud, quick, load]), .init("Trip", Array(settings.dropFirst(5))),
        ]
        command.variablePrefix = "FERRY_"
        command.aboutVariables = "A flag that is not given is taken from FERRY_ and its name."
        command.variables = [.init("TIDE", meaning: "When the tide is low.")]
        command.statuses = [.init("0", meaning: "done"), .init("64", meaning: "wrong flag")]
        command.examples = [.init("With two stops:", "ferry cross --stops a,b \\", "  --loud")]
        command.topics = [.init("FILES", ["There are none."], entries: [.init("/dev/water", meaning: "Water.")])]
        command.related = ["boat(8)"]
        command.foreign = .init(
            [Setting("rope", letter: "r", .text("a rope"), "rope", "")], refusal: "is for moor alone")
        return command
    }

    private static func moor(_ name: String, of _: String) -> Command {
        var command = Command(name, "Stay where it is.")
        command.synopsis = "<place>"
        command.operand = .init("place", "The place", choices: ["here", "there"], isRequired: true)
        return command
    }

    private static func sink(_ name: String, of _: String) -> Command {
        var command = Command(name, "Go down.")
        command.operand = .init("word", "A word", choices: [], isRequired: false)
        return command
    }

    /// The call that these words are.
    static func call(_ words: [String]) throws -> Invocation? {
        guard case .run(let call) = try program.request(words) else { return nil }
        return call
    }

    /// What these arguments of `ferry cross` and these variables set.
    static func source(_ arguments: String..., environment: [String: String] = [:]) throws -> SettingSource {
        try call(["cross"] + arguments)?.source(Environment(environment))
            ?? SettingSource(flags: [:], environment: Environment([:]), prefix: nil)
    }
}
