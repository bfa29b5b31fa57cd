/// The whole life of a process, from before its start to after its end.
struct Wall {
    let command: [String]
    let input: String
    let output: String

    func run() throws {
        let child = try Child(command, input: input, output: output)
        let end = try child.wait()
        Output.standard.write("\(hundredths(end.age)) \(end.residentKiB)\n")
    }
}
