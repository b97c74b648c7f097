import DVC
import Trees
import Values

/// A command to paste into a POSIX shell at the root of the Git repository.
public struct ShellCommand: CustomStringConvertible {
  /// The text, each operand quoted where a shell would take it for something else.
  public let description: String

  /// A command of these words, which stand as they are, and of files: no name is taken for an option, nor by Git
  /// for a pattern of names.
  public init(_ words: String, _ files: [RepositoryPath]) {
    var words = words
    if words.hasPrefix("git "), files.contains(where: Self.isPattern) {
      words = "git --literal-pathspecs" + words.dropFirst(3)
    }
    self.init(words: words, operands: files.map(\.bytes))
  }

  private init(words: String, operands: [[UInt8]]) {
    description = ([words] + operands.map { Self.quoted(Self.operand($0)) }).joined(separator: " ")
  }

  /// A `dvc` command on a stage, found from the root of the Git repository: DVC looks for its repository
  /// upwards only (DVC 3.67, `Repo.find_root`).
  /// - Parameter options: what stands behind the stage.
  init(dvc verb: String, _ stage: JudgedStage, options: String = "") {
    let command = Self(dvc: verb, in: stage.project.root, [stage.target])
    self.init(words: options.isEmpty ? "\(command)" : "\(command) \(options)", operands: [])
  }

  /// A `dvc` command on files or stages, named from the root of their DVC repository.
  init(dvc verb: String, in root: RepositoryPath, _ operands: [[UInt8]]) {
    let dvc = root.isRoot ? "dvc" : "\(Self("dvc --cd", [root]))"
    self.init(words: "\(dvc) \(verb)", operands: operands)
  }

  /// Commands one after another, as long as none fails.
  init(steps: [ShellCommand]) { description = steps.map(\.description).joined(separator: " && ") }

  /// The command that stages files.
  init(gitAdd files: some Sequence<RepositoryPath>) {
    self.init("git add", Set(files).sorted())
  }

  /// The command that names the line for which Git ignores a file, also one that it has.
  init(whyIgnored file: RepositoryPath) { self.init("git check-ignore -v --no-index --", [file]) }

  /// A name as an operand that no program takes for an option.
  private static func operand(_ name: [UInt8]) -> [UInt8] {
    name.first == UInt8(ascii: "-") ? Array("./".utf8) + name : name
  }

  /// Whether Git would take a name for a pattern of other names, and touch those.
  private static func isPattern(_ file: RepositoryPath) -> Bool {
    file.bytes.first == UInt8(ascii: ":") || file.bytes.contains { Array("*?[\\".utf8).contains($0) }
  }

  /// A word as a POSIX shell reads it back. What a report would not show as it is, so that a file name can neither move a
  /// terminal's cursor nor command a CI system, stands in `$'…'`, which bash, zsh and POSIX 2024 know.
  public static func quoted(_ word: [UInt8]) -> String {
    if !word.isEmpty, word.allSatisfy(isPlain) { return String(decoding: word, as: UTF8.self) }
    if let text = String(validating: word, as: UTF8.self), isShownAsItIs(text) {
      return "'"
        + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
    let digits = Array("0123456789abcdef".utf8)
    var result = Array("$'".utf8)
    for (index, byte) in word.enumerated() {
      switch byte {
      case UInt8(ascii: "#") where index > 0 && word[index - 1] == byte: result += Array("\\x23".utf8)
      case UInt8(ascii: "'"), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
      case 0x20...0x7E: result.append(byte)
      default: result += Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self) + "'"
  }

  /// Whether a report shows a text letter by letter; `##[` may begin a command of a CI system.
  private static func isShownAsItIs(_ text: String) -> Bool {
    !text.unicodeScalars.contains(where: \.isUnshown) && !(text.contains("##") && text.contains("["))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "%"),
      UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "/"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

extension JudgedStage {
  /// How `dvc` is told which stage is meant, from the root of its repository.
  var target: [UInt8] {
    let file = stage.file.relative(to: project.root) ?? stage.file.bytes
    guard let name = stage.name else { return file }
    // A name alone must not be taken for an option.
    let isEnough = file.elementsEqual("dvc.yaml".utf8) && name.utf8.first != UInt8(ascii: "-")
    return isEnough ? name.utf8 : file + [UInt8(ascii: ":")] + name.utf8
  }

  /// The command that makes the stage whole: `dvc repro` when an input changed, `dvc commit` when only an
  /// output did.
  var mend: String {
    if stage.name == nil { return ShellCommand(dvc: "update", self).description }
    return needsRerun ? rerun : recordAnew
  }

  /// Whether what is wrong with a stage of a pipeline is mended by a run of it.
  var needsRerun: Bool {
    let onlyOutputs =
      status.dependencies.isEmpty && status.changedCommand == nil
      && status.outputs.allSatisfy { $0.change == .modified && $0.output.recorded.value != nil }
    return stage.name != nil && (isUnrecorded || !onlyOutputs)
  }

  /// The command that records what is there without making the results again. Forced, because DVC asks otherwise,
  /// and fails where no terminal can answer (DVC 3.67, `prompt_to_commit`).
  var recordAnew: String { ShellCommand(dvc: "commit", self, options: "-f").description }
}
