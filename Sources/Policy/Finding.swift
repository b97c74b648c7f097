import Hashing
import Trees
import Values

/// How grave a finding is.
public enum Severity: String, Hashable, Sendable, Comparable {
  /// It is told and does not fail the check, unless the check is strict.
  case warning
  /// It fails the check.
  case error

  /// A warning is less than an error.
  public static func < (left: Severity, right: Severity) -> Bool { left == .warning && right == .error }
}

/// Why something is not what was recorded, as far as guard can know it.
public enum Reason: String, Hashable, Sendable, CaseIterable {
  /// The content is another one.
  case content
  /// Only the ends of lines differ: the record was made on a checkout with other ones.
  case lineEnds = "line-ends"
  /// The record of a directory counted files that Git does not have.
  case untrackedFiles = "untracked-files"
  /// Two numbers that differ by less than a billionth of their size.
  case rounding
  /// The same scalar as text and as number, or the like.
  case typeOnly = "type-only"
  /// The data here is another version that DVC keeps: what is committed was not checked out, as after a merge.
  case notCheckedOut = "not-checked-out"
  /// No DVC remote is configured, so that there is nowhere to push to.
  case noRemote = "no-remote"

  /// Whether real repositories are so full of it that it is a warning unless policy says otherwise.
  public var isSoft: Bool { self != .content }
}

/// The id of a rule: `lock/params`.
public struct RuleID: Hashable, Sendable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The letters.
  public let text: Text

  /// An id of these letters, known or not.
  public init(_ text: Text) { self.text = text }

  /// The id of a literal.
  public init(stringLiteral value: StaticString) { text = Text(stringLiteral: value) }

  /// The part before the slash.
  public var group: Text { text.split(separator: UInt8(ascii: "/"))[0] }

  /// The letters, for a person to read.
  public var description: String { text.string }

  /// The order of the letters.
  public static func < (left: RuleID, right: RuleID) -> Bool { left.text < right.text }
}

/// A place in a file.
public struct Place: Hashable, Sendable {
  /// The file, from the root of the Git repository.
  public let path: RepositoryPath
  /// The line and column, when something is known of them.
  public let position: Position?

  /// A place in a file.
  public init(_ path: RepositoryPath, _ position: Position? = nil) {
    self.path = path
    self.position = position
  }
}

/// One way in which a commit violates the policy.
public struct Finding: Sendable {
  /// The rule that found it.
  public let rule: RuleID
  /// Where to look.
  public let place: Place
  /// The stage it is about: its name, or the path of its `.dvc` file.
  public let stage: Text?
  /// What of the stage: a parameter's key, the path of a dependency or an output as it is written.
  public let key: Text?
  /// What was recorded.
  public let recorded: Text?
  /// Where that is recorded.
  public let recordedAt: Place?
  /// What is there now.
  public let current: Text?
  /// Why the two differ; `nil` for a rule that compares nothing.
  public internal(set) var reason: Reason?
  /// What is the matter, in one line without a full stop.
  public internal(set) var message: String
  /// The command that mends it, to be pasted at the root of the Git repository; `nil` where there is none.
  public internal(set) var fix: String?
  /// What to do in words, for a person: where no command mends it, or in place of the command.
  public internal(set) var advice: String?
  /// How grave it is under the policy.
  public internal(set) var severity: Severity
  /// Whether a parent commit already had it.
  public internal(set) var isInherited = false

  /// The files of the work tree that only need to be staged to mend it; empty when that alone does not.
  private(set) var unstaged: Set<RepositoryPath> = []
  /// What the fix does, as long as it is this command.
  var proposal: (mend: SafeMend, command: String)?
  /// What the fix takes out of Git.
  var removal: Removal?
  /// What the fix records anew.
  var recount: Recount?
  /// The file that defines the stage.
  public let stageFile: RepositoryPath?
  /// The two things that differ, whole, where what is shown of them may be cut.
  var compared: Compared
  /// The file or directory that ``current`` is the content of, where it is that of one.
  var source: RepositoryPath?
  /// The files by which DVC may be able to read the one that the finding is about, as far as they are known.
  var lacking: Set<RepositoryPath> = []
  /// What DVC cannot read in the file: a parent with the same fault had it, whatever else the file holds.
  var fault: Text?
  /// What a finding with a soft reason would say if the parents showed that the content changed after all.
  var asContent: AsContent?

  init(
    _ rule: RuleID, at place: Place, of stage: JudgedStage, key: Text? = nil, recorded: Text? = nil,
    recordedAt: Place? = nil, current: Text? = nil, reason: Reason? = nil, message: String,
    fix: String? = nil,
    advice: String? = nil
  ) {
    self.init(
      rule, at: place, stage: (stage.name, stage.stage.file), key: key, recorded: recorded,
      recordedAt: recordedAt,
      current: current, reason: reason, message: message, fix: fix, advice: advice)
  }

  init(
    _ rule: RuleID, at place: Place, stage: (name: Text, file: RepositoryPath)? = nil, key: Text? = nil,
    recorded: Text? = nil, recordedAt: Place? = nil, current: Text? = nil, reason: Reason? = nil,
    message: String, fix: String? = nil, advice: String? = nil
  ) {
    self.rule = rule
    self.place = place
    self.stage = stage?.name
    stageFile = stage?.file
    self.key = key
    self.recorded = recorded
    self.recordedAt = recordedAt
    self.current = current
    compared = Compared(recorded: recorded.map(Value.string), current: current.map(Value.string))
    self.reason = reason
    self.message = message
    self.fix = fix
    self.advice = advice
    severity = .error
  }

  /// Makes the command that stages files its fix.
  mutating func mend(byStaging files: Set<RepositoryPath>) {
    mend(byStaging: files, with: ShellCommand(gitAdd: files).description)
  }

  /// The same for many, with a command that is written once.
  fileprivate mutating func mend(byStaging files: Set<RepositoryPath>, with command: String) {
    unstaged = files
    fix = command
    advice = nil
  }

  /// What makes it the same finding in another commit: rule, path, stage and key, but no value and no line.
  /// 32 hexadecimal digits.
  public var fingerprint: Text {
    let file = stageFile == place.path ? [] : stageFile?.bytes ?? []
    let parts = [rule.text.utf8, place.path.bytes, file, stage?.utf8 ?? [], key?.utf8 ?? []]
    // No part can hold a NUL byte as Git has it, and YAML refuses one.
    return Text(utf8: MD5Digest(of: Array(parts.joined(separator: [0]))).hexadecimal)
  }
}

extension [Finding] {
  /// Makes the command that stages files the fix of those at these places.
  mutating func mend(_ places: some Sequence<Int>, byStaging files: Set<RepositoryPath>) {
    let command = ShellCommand(gitAdd: files).description
    for place in places { self[place].mend(byStaging: files, with: command) }
  }
}

extension Finding {
  /// What a finding says when its soft reason does not explain it.
  struct AsContent: Sendable {
    let message: String
    let fix: String?
    var advice: String?
  }

  /// Says what the finding says when its soft reason does not explain it.
  mutating func becomeContent() {
    guard let asContent else { return }
    reason = .content
    message = asContent.message
    fix = asContent.fix
    advice = asContent.advice
  }
}

/// What was recorded and what is there now, whole: a finding that has both from a parent is that parent's.
struct Compared: Sendable {
  let recorded: Value?
  let current: Value?

  /// Whether both sides are the same.
  func isSame(as other: Compared) -> Bool {
    hasSameRecord(as: other) && Self.isSame(current, other.current)
  }

  /// Whether the same was recorded.
  func hasSameRecord(as other: Compared) -> Bool { Self.isSame(recorded, other.recorded) }

  /// Equal for DVC, which takes 1 for 1.0, or written the same: for Python a NaN does not equal itself.
  private static func isSame(_ left: Value?, _ right: Value?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.equals(right) || left.pythonRepr == right.pythonRepr
  }
}

/// Something that could not be judged.
public struct Unjudged: Hashable, Sendable {
  /// What: a stage, a path.
  public let what: String
  /// Why, in a sentence without a full stop.
  public let why: String
  /// Whether so much is unknown that the check must not pass: a repository or a pipeline that cannot be
  /// read. Otherwise it is told, and what else was checked decides.
  public let isFatal: Bool

  /// Something that could not be judged.
  public init(what: String, why: String, isFatal: Bool = false) {
    self.what = what
    self.why = why
    self.isFatal = isFatal
  }
}
