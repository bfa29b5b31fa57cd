import LVSCareSettings
import Testing

@testable import LVSCareCommands

/// Everything that is made of a setting's declaration has it.
@Suite struct SettingDocumentationTests {
    @Test(arguments: DocumentedSetting.all)
    func `is in help, manual and completions with all that is declared of it`(_ documented: DocumentedSetting) {
        let (setting, command) = (documented.setting, documented.place.command)
        let name = documented.place.program.name
        let help = HelpText(command, path: [name, command.name]).text.split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
        let page = ManualPage.pages(of: documented.place.program).first { $0.name == "\(name)-\(command.name)" }
        let manual = (page?.text(version: "v1", date: "2026-01-31") ?? "").replacing("\\fB", with: "").replacing(
            "\\fR", with: ""
        )
        .replacing("\\%", with: "").replacing("\\-", with: "-").split(whereSeparator: \.isWhitespace).joined(
            separator: " ")
        for spelling in setting.spellings {
            #expect(help.contains(spelling))
            #expect(manual.contains(spelling))
        }
        let declared = [
            setting.kind.range, setting.placeholder.isEmpty ? nil : setting.placeholder.replacing("…", with: "..."),
            command.variablePrefix.flatMap { setting.variables(prefix: $0).first },
            setting.need.isEmpty ? nil : setting.need, String(setting.help.prefix(40)),
        ].compactMap(\.self)
        for text in declared {
            #expect(help.replacing("…", with: "...").contains(text), "\(text)")
            #expect(manual.contains(text), "\(text)")
        }
        if case .text(let fallback) = setting.fallback {
            #expect(help.contains("default: \(fallback)"))
            #expect(manual.contains("Default: \(fallback)."))
        }
        for shell in Shell.allCases {
            let script = shell.script(for: documented.place.program)
            #expect(script.contains(shell == .fish ? "-l \(setting.name) " : setting.spelling) || setting.isBoolean)
            #expect(script.contains(setting.name))
            for proposal in setting.kind.proposals { #expect(script.contains(proposal)) }
        }
    }

    @Test(arguments: DocumentedCommand.all)
    func `no line of help is longer than a terminal is wide`(_ place: DocumentedCommand) {
        let text = HelpText(place.command, path: [place.program.name, place.command.name]).text
        for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test(arguments: DocumentedCommand.all)
    func `no two settings of a command have a name in common`(_ place: DocumentedCommand) {
        let names = place.command.settings.flatMap(\.spellings)
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: Setting.ofCare.filter { if case .text = $0.fallback { true } else { false } })
    func `the default that is told is the one that counts`(_ setting: Setting) throws {
        guard case .text(let text) = setting.fallback else { return }
        let given = CareSettingsTests.given
        let stated = try Invocation(arguments: given + ["\(setting.spelling)=\(text)"]).settings()
        let silent = try Invocation(arguments: given).settings()
        #expect(stated == silent)
    }
}
