import Testing

/// A file that must be refused, and what must be said of it.
struct BadConfiguration: Sendable, CustomTestStringConvertible {
    var text: String
    /// `line:column` of the mistake.
    var place: String
    var mentions: [String]

    var testDescription: String { "\(place) \(mentions)" }

    /// A whole file.
    init(_ text: String, at place: String, _ mentions: String...) {
        (self.text, self.place, self.mentions) = (text, place, mentions)
    }

    /// What stands behind the two lines that every file has; the place counts from there.
    init(body: String, at place: String, _ mentions: String...) {
        text = "apiVersion: lvscare/v1\nkind: Configuration\n" + body
        let parts = place.split(separator: ":").compactMap { Int($0) }
        self.place = "\(parts[0] + 2):\(parts[1])"
        self.mentions = mentions
    }

    /// A service on one line, whose place is given by what stands there.
    init(service: String, at part: String, occurrence: Int = 1, _ mentions: String...) {
        let line = "- {\(service)}"
        text = "apiVersion: lvscare/v1\nkind: Configuration\nchecks: {port: {tcp: {}}}\nservices:\n" + line
        var rest = line[...]
        var column = 1
        for _ in 0..<occurrence {
            guard let range = rest.firstRange(of: part) else { break }
            column = line.distance(from: line.startIndex, to: range.lowerBound) + 1
            rest = rest[line.index(after: range.lowerBound)...]
        }
        place = "5:\(column)"
        self.mentions = mentions
    }
}

extension BadConfiguration {
    static let table = files + yaml + checks + identities + kernel + realServers + policies + lonely + node

    static let files: [BadConfiguration] = [
        BadConfiguration("# nothing\n", at: "", "it is empty", "services: []"),
        BadConfiguration("~", at: "", "it is empty"), BadConfiguration("services", at: "1:1", "a mapping"),
        BadConfiguration("[]", at: "1:1", "it is a list", "a mapping"),
        BadConfiguration("kind: Configuration\nservices: []", at: "1:1", "apiVersion is missing", "lvscare/v1"),
        BadConfiguration("apiVersion: v1\nkind: Configuration\nservices: []", at: "1:13", "\"v1\"", "lvscare/v1"),
        BadConfiguration(
            "apiVersion: lvscare/v1\nkind: Configurtion\nservices: []", at: "2:7", "did you mean Configuration?"),
        BadConfiguration(body: "checks: {}", at: "-1:1", "services is missing", "[] for none"),
        BadConfiguration(body: "services:\n", at: "1:10", "it has no value", "[] for none"),
        BadConfiguration(body: "services: {}\n", at: "1:11", "it is a mapping", "a list of services"),
        BadConfiguration(body: "services: [~]\n", at: "1:12", "it has no value"),
        BadConfiguration(body: "servces: []\n", at: "1:1", "\"servces\"", "did you mean services?"),
        BadConfiguration(body: "Services: []\n", at: "1:1", "did you mean services?"),
        BadConfiguration(body: "rules: []\nservices: []", at: "1:1", "no such key", "apiVersion, kind"),
    ]

    static let yaml: [BadConfiguration] = [
        BadConfiguration("a: b: c", at: "1:5", "not YAML"), BadConfiguration("a\n\tb: c", at: "2:3", "not YAML"),
        BadConfiguration(body: "services: []\n---\na: b", at: "2:1", "second document", "include"),
        BadConfiguration("kind: é\u{1}x", at: "1:8", "not YAML"),
        BadConfiguration("\u{fffe}", at: "1:1", "not YAML"),
        BadConfiguration(body: "services: &all []", at: "1:11", "services", "\"&all\"", "not taken"),
        BadConfiguration(body: "services: [*all]", at: "1:12", "\"*all\"", "not taken"),
        BadConfiguration(body: "services: !!seq []", at: "1:11", "tag:yaml.org,2002:seq", "not taken"),
        BadConfiguration(body: "services: []\n<<: {}", at: "2:1", "merge key"),
        BadConfiguration(body: "services: []\nservices: []", at: "2:1", "\"services\"", "there already, in line 3"),
        BadConfiguration(body: "services: []\n? [a]\n: b", at: "2:3", "a list stands where a key is expected"),
        BadConfiguration(
            "services: " + String(repeating: "[", count: 40), at: "1:42", "nested more than 32 levels"),
    ]

    static let checks: [BadConfiguration] = [
        BadConfiguration(body: "services: []\nchecks: {a: }", at: "2:13", "it has no value", "{tcp: {}}"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {}}", at: "2:13", "the kind is missing", "tcp, grpc or grpcs"),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: , http: }}", at: "2:13", "2 kinds"),
        BadConfiguration(body: "services: []\nchecks: {a: {tpc: }}", at: "2:14", "did you mean tcp?"),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: {path: /}}}", at: "2:20", "no such key"),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: , intervall: 1}}", at: "2:21", "mean interval?"),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: , interval: 1d}}", at: "2:31", "\"1d\"", "unit"),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: , interval: 1:30}}", at: "2:31", "\"1:30\""),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: , interval: 1ms}}", at: "2:31", "too short", "10ms"),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: , fall: 0}}", at: "2:27", "1 to 1000"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {tcp: , watch: yes}}", at: "2:28", "\"yes\"", "true or false"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {tcp: , heartbeat: never}}", at: "2:32", "\"never\"", "auto, off"),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: , watch: [true]}}", at: "2:28", "it is a list"),
        BadConfiguration(body: "services: []\nchecks: {a: {tcp: , jitter: 60}}", at: "2:29", "0 to 50"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {tcp: , interval: 1, unhealthyInterval: 2}}", at: "2:53", "less often"),
        BadConfiguration(body: "services: []\ndefaults: {rise: no}", at: "2:18", "\"no\"", "1 to 1000"),
        BadConfiguration(body: "services: []\ndefaults: {checks: []  , require: {atLeast: x}}", at: "2:45", "\"x\""),
        BadConfiguration(body: "services: []\nchecks: {a: {http: {path: 'http://x/'}}}", at: "2:27", "a URL"),
        BadConfiguration(body: "services: []\nchecks: {a: {http: {method: CONNECT}}}", at: "2:29", "a tunnel"),
        BadConfiguration(body: "services: []\nchecks: {a: {http: {headers: [A]}}}", at: "2:30", "it is a list"),
        BadConfiguration(body: "services: []\nchecks: {a: {http: {headers: {A: }}}}", at: "2:34", "it has no value"),
        BadConfiguration(body: "services: []\nchecks: {a: {http: {headers: {TE: x}}}}", at: "2:35", "set by the probe"),
        BadConfiguration(body: "services: []\nchecks: {a: {http: {headers: {A b: x}}}}", at: "2:36", "not the name"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {http: {healthyStatuses: [401, 600]}}}", at: "2:44", "\"600\"",
            "status code"),
        BadConfiguration(body: "services: []\nchecks: {a: {http: {redirects: folow}}}", at: "2:32", "\"folow\""),
        BadConfiguration(body: "services: []\nchecks: {a: {https: {tokenFile: /t}}}", at: "2:33", "issuers with ca"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {http: {tokenFile: /t}}}", at: "2:32", "the kind https and ca",
            "insecureSkipVerify"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {https: {ca: /c, tokenFile: /t, headers: {Authorization: x}}}}",
            at: "2:41",
            "headers has an Authorization"),
        BadConfiguration(body: "services: []\nchecks: {a: {https: {ca: ''}}}", at: "2:26", "not the path of a file"),
        BadConfiguration(
            body: "services: []\nchecks: {a: {https: {ca: /c, insecureSkipVerify: true}}}", at: "2:26",
            "insecureSkipVerify accepts"),
        BadConfiguration(body: "services: []\nchecks: {a: {https: {clientKey: /k}}}", at: "2:33", "clientCertificate"),
        BadConfiguration(body: "services: []\nchecks: {a: {https: {serverName: 'a b'}}}", at: "2:34", "name of a host"),
        BadConfiguration(body: "services: []\nchecks: {a: {grpc: {service: 'a b'}}}", at: "2:30", "a blank"),
        BadConfiguration(body: "services: []\nchecks: {a: {grpc: {ca: /c}}}", at: "2:21", "no such key", "service"),
    ]
}
