import Testing

@testable import LVSCareCommands

/// What bash proposes after the script for it, as somebody who types and presses the tabulator sees it.
@Suite struct CompletionTests {
    /// The words that bash proposes for the last of `words`, which are split as bash does.
    private func proposals(_ words: [String], of program: String) throws -> [String] {
        let script = try Executable.run(["completion", "bash"], as: program).output
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let result = try Executable.withFile(script) { file in
            try Executable.script(
                """
                bash -uc 'source "$0"; function=$(complete -p \(program)); function=${function#* -F }; function=${function%% *}
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
                "$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                printf "%s\\n" "${COMPREPLY[@]}"' \(file) \(quoted)
                """)
        }
        #expect(result.error.isEmpty)
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        (
            ["lvscare", ""],
            [
                "care", "check", "list", "plan", "validate", "static-pod", "version", "completion", "help", "--help",
                "--version",
            ]
        ),
        (["lvscare", "c"], ["care", "check", "completion"]), (["lvscare", "man"], []),
        (["lvscare", "help", "st"], ["static-pod"]),
        (["lvscare", "care", "--health-sch"], ["--health-schem", "--health-scheme"]),
        (["lvscare", "care", "--no-w"], ["--no-watch"]), (["lvscare", "care", "--all-down", ""], ["remove", "keep"]),
        (["lvscare", "care", "--all-down", "="], ["remove", "keep"]),
        (["lvscare", "care", "--mode", "=", "l"], ["link"]),
        (["lvscare", "care", "--vs", ""], []), (["lvscare", "care", "-i", ""], []),
        (["lvscare", "care", "--health-schem", "=", "grpc"], ["grpc", "grpcs"]),
        (["lvscare", "care", "--hosts-file", "/etc/passw"], ["/etc/passwd"]), (["lvscare", "check", "--run"], []),
        (["lvscare", "list", "--fw"], ["--fwmark-service"]),
        (["lvscare", "validate", "-o", ""], ["text", "json"]), (["lvscare", "validate", "--no"], ["--no-files"]),
        (["lvscare", "validate", "/etc/passw"], ["/etc/passwd"]),
        (["lvscare", "completion", ""], ["bash", "zsh", "fish", "--help"]),
        (["sealctl", "i"], ["ipvs"]), (["sealctl", "ipvs", "--health-redirects", "f"], ["follow"]),
        (["sealctl", "static-pod", "--prof"], ["--profile"]), (["sealctl", "static-pod", "lv"], ["lvscare"]),
        (["sealctl", "static-pod", "--path", "/us"], ["/usr"]),
    ])
    func `bash proposes what is declared`(_ words: [String], _ expected: [String]) throws {
        let found = try proposals(words, of: words[0])
        // The folder of passwd has more such files on some machines.
        #expect(words.last?.hasPrefix("/") == true ? Set(found).isSuperset(of: expected) : found == expected)
    }

    @Test(arguments: ["lvscare", "sealctl"], ["bash", "zsh", "fish"])
    func `shells that are here take their script`(_ program: String, _ shell: String) throws {
        let script = try Executable.run(["completion", shell], as: program).output
        let result = try Executable.withFile(script) { file in
            try Executable.script("! command -v \(shell) >/dev/null || \(shell) -n \(file)")
        }
        #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    }
}
