import Trees
import Values

/// What `guard init` saw in a repository, as far as a policy depends on it.
public struct StartingFacts: Sendable {
  /// A line of a file.
  public struct Mention: Hashable, Sendable {
    /// The file.
    public let path: RepositoryPath
    /// The line, from 1.
    public let line: Int

    /// A line of a file.
    public init(_ path: RepositoryPath, line: Int) {
      self.path = path
      self.line = line
    }
  }

  /// A remote of DVC's.
  public struct Remote: Hashable, Sendable {
    /// Its name.
    public let name: Text
    /// Where it is, without a login.
    public let place: String

    /// A remote.
    public init(_ name: Text, at place: String) {
      self.name = name
      self.place = place
    }
  }

  /// Where a CI system is told to run the pipeline.
  public var reproduction: Mention?
  /// How many hashes of the last commit are those of files with other line ends.
  public var otherLineEnds = 0
  /// What else the last commit already has, by rule.
  public var findings: [RuleID: Int] = [:]
  /// Files in Git that are larger than the limit.
  public var largeFiles: [RepositoryPath] = []
  /// DVC's remotes.
  public var remotes: [Remote] = []
  /// Whether there is a DVC repository.
  public var hasProjects = false
  /// The tracking server that this machine uses, without a login.
  public var server: String?
  /// Why the last commit could not be judged.
  public var unjudged: String?

  /// Nothing was seen.
  public init() {}

  /// The line that runs the pipeline in a file of a CI system: `dvc repro` or `dvc exp run`, not in a comment and not
  /// only to see what would run, nor in what a step is called or prints.
  public static func reproduction(in file: RepositoryPath, _ bytes: [UInt8]) -> Mention? {
    var command: [(word: Text, line: Int)] = []
    for (index, line) in Text(utf8: bytes).split(separator: UInt8(ascii: "\n")).enumerated() {
      let words = line.utf8.split { " \t\r\"'[]{},".utf8.contains($0) }.map { (Text(utf8: $0), index + 1) }
      guard let first = words.first?.0, !first.hasPrefix("#"), !first.hasPrefix("//") else {
        command = []
        continue
      }
      command += words
      // The command goes on below.
      if command.last?.word == "\\" {
        command.removeLast()
        continue
      }
      if let line = reproduction(in: command) { return Mention(file, line: line) }
      command = []
    }
    return nil
  }

  /// The line of `dvc` in the words of a command that runs the pipeline.
  private static func reproduction(in command: [(word: Text, line: Int)]) -> Int? {
    let words = command.map(\.word)
    for start in words.indices where words[start].hasSuffix("dvc") {
      // What a step is called, and what it prints, is not what it does.
      guard !words[..<start].contains(where: { ["name:", "echo", "printf", "description:"].contains($0) })
      else { continue }
      var rest = words[(start + 1)...]
      // The one option for people before a verb that takes a word of its own is `--cd` (DVC 3.67, dvc/cli/parser.py).
      while let option = rest.first, option.hasPrefix("-") { rest = rest.dropFirst(option == "--cd" ? 2 : 1) }
      if rest.first == "repro" || rest.starts(with: ["exp", "run"]), !rest.contains("--dry") {
        return command[start].line
      }
    }
    return nil
  }
}
