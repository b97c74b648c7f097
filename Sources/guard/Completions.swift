import ArgumentParser
import DVC
import Git
import Hooks
import Platform
import Policy
import Trees
import Values

/// What a shell offers for the rest of a word. Its script (`guard --generate-completion-script`) calls guard for what
/// only this repository knows.
extension CompletionKind {
  /// The id of a rule.
  static var rule: CompletionKind { .list(Rule.catalogue.map(\.id.text.string)) }

  /// Ids of rules and groups of them, with commas between.
  static var rules: CompletionKind {
    .custom { _, _, prefix in
      let before = prefix.lastIndex(of: ",").map { prefix[...$0] } ?? ""
      let ids = Rule.catalogue.map(\.id.text.string)
      let groups = Set(ids.compactMap { $0.split(separator: "/").first }).sorted().map { "\($0)/*" }
      return (ids + groups).map { before + $0 }
    }
  }

  /// A key of the policy.
  static var setting: CompletionKind { .list(Policy().settings().map(\.key.string)) }

  /// The name of a hook that guard has.
  static var hook: CompletionKind { .list(Shim.all.map { String(decoding: $0.name, as: UTF8.self) }) }

  /// A commit, by its branch or tag.
  static var revision: CompletionKind {
    .custom { words, index, _ in CompletionRequest(words, index).names { try $0.revisions() } }
  }

  /// A commit, or a range of commits `A..B`.
  static var range: CompletionKind {
    .custom { words, index, prefix in
      let before = prefix.endOfRangeDots.map { prefix[..<$0] } ?? ""
      return CompletionRequest(words, index).names { try $0.revisions() }.map { before + $0 }
    }
  }

  /// A stage, a `.dvc` file or an output.
  static var target: CompletionKind {
    .custom { words, index, _ in
      let request = CompletionRequest(words, index)
      let names = request.names { try $0.targets() }
      guard CompletionShell.requesting == .bash, let stem = request.stem else { return names }
      return names.filter { $0.hasPrefix(stem) }.map { String($0.dropFirst(stem.count)) }
    }
  }

  /// A remote of DVC's.
  static var dataRemote: CompletionKind {
    .custom { words, index, _ in CompletionRequest(words, index).names { try $0.dataRemotes() } }
  }

  /// A remote of Git's.
  static var gitRemote: CompletionKind {
    .custom { words, index, _ in
      CompletionRequest(words, index).names { surroundings in
        try surroundings.repository().remoteNames.map { Text(utf8: $0) }
      }
    }
  }
}

/// A command line that is being written.
private struct CompletionRequest {
  private let words: [String]
  private let index: Int

  init(_ words: [String], _ index: Int) {
    (self.words, self.index) = (words, index)
  }

  /// What a repository has for a word. A shell cannot show an error: where there is one, nothing is offered.
  func names(_ find: (Surroundings) throws -> [Text]) -> [String] {
    guard let options = try? GlobalOptions.parse(directories.flatMap { ["-C", $0] }),
      let surroundings = try? Surroundings(options), let found = try? find(surroundings)
    else { return [] }
    let names = found.filter { $0.utf8.allSatisfy(Self.isPlain) }
    // There a colon begins a description.
    return names.map {
      CompletionShell.requesting == .zsh ? $0.replacing(":", with: "\\:").string : $0.string
    }
  }

  /// The directories that `-C` and `--directory` name.
  private var directories: [String] {
    words.indices.compactMap { place in
      let option = words[place]
      if option.hasPrefix("--directory=") { return Self.path(String(option.dropFirst("--directory=".count))) }
      guard ["-C", "--directory"].contains(option), words.indices.contains(place + 1) else { return nil }
      return Self.path(words[place + 1])
    }
  }

  /// The path that a word means: bash and zsh give it as it is written, fish without quotes. Variables are not looked up.
  private static func path(_ word: String) -> String {
    var path = word
    if CompletionShell.requesting != .fish, let read = ShellScript(Array(word.utf8)).commands.first?.first {
      path = String(decoding: read, as: UTF8.self)
    }
    let home = word == "~" || word.hasPrefix("~/") ? ProcessEnvironment.current()["HOME"] : nil
    return home.map { $0 + path.dropFirst() } ?? path
  }

  /// What stands before the word when it is the name of a stage behind a file's: to bash a colon is a word of its own.
  var stem: String? {
    guard words.indices.contains(index) else { return nil }
    let colon = words[index] == ":" ? index : index - 1
    guard colon > 0, words[colon] == ":" else { return nil }
    return words[colon - 1] + ":"
  }

  /// Whether a byte is only itself to every shell. Names come with a repository, and bash's `compgen -W` expands what it
  /// is given: a branch may be named `$(command)`.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
      true
    default: "-_./:@+,=".utf8.contains(byte)
    }
  }
}

extension Surroundings {
  /// Branches, those of remotes, and tags, as they are written.
  fileprivate func revisions() throws(Failure) -> [Text] {
    let repository = try repository()
    var names: [Text] = ["HEAD"]
    do {
      for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/"] {
        names += try repository.tips(under: Array(prefix.utf8)).map {
          Text(utf8: Array($0.name.dropFirst(prefix.utf8.count)))
        }
      }
    } catch {
      throw Failure(error)
    }
    return names
  }

  /// What `guard status` takes as a target, seen from here.
  fileprivate func targets() throws(Failure) -> [Text] {
    let project = try workTreeProject(looksForUpdates: false).project
    let names = Names(paths: project.paths, directory: directory)
    let outputs = project.readableStages.flatMap(\.outs).map { names.display($0.reference) }
    return project.readableStages.map(names.address) + outputs
  }

  fileprivate func dataRemotes() throws(Failure) -> [Text] {
    try workTreeProject(looksForUpdates: false).settings.configuration.remotes.map(\.name)
  }
}

extension String {
  /// The index behind the dots of `A..B` or `A...B`.
  fileprivate var endOfRangeDots: String.Index? {
    var wasDot = false
    var end: String.Index?
    for index in indices {
      let isDot = self[index] == "."
      if isDot, wasDot { end = self.index(after: index) }
      wasDot = isDot
    }
    return end
  }
}
