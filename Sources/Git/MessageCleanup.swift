/// What Git makes of the file that a message was written into, when it commits (git-commit(1), `--cleanup`; `cleanup_message`
/// of Git 2.39). An option of `git commit` is not told to hooks, so that only the configuration counts here.
public struct MessageCleanup: Sendable {
  /// What is taken out.
  enum Mode: Sendable {
    /// Nothing.
    case verbatim
    /// Blanks at the ends of lines, and empty lines too many.
    case whitespace
    /// Those, and lines of comments.
    case strip
  }

  let mode: Mode
  /// What a line of a comment begins with.
  let comment: [UInt8]
  /// Whether somebody wrote the file in an editor, which shows comments and, below a line of its own, the change.
  let isEdited: Bool

  /// - Parameter isEdited: whether Git opened an editor.
  public init(of repository: Repository, isEdited: Bool) {
    self.init(
      mode: repository.configuration("commit.cleanup"),
      comment: repository.configuration("core.commentstring") ?? repository.configuration("core.commentchar"),
      isEdited: isEdited)
  }

  /// With the values of `commit.cleanup` and `core.commentChar`.
  init(mode: [UInt8]?, comment: [UInt8]?, isEdited: Bool) {
    self.isEdited = isEdited
    let standard: Mode = isEdited ? .strip : .whitespace
    self.mode =
      switch mode.map({ String(decoding: $0, as: UTF8.self) }) {
      case "verbatim": .verbatim
      case "whitespace", "scissors": .whitespace
      case "strip": .strip
      default: standard
      }
    self.comment = comment ?? Array("#".utf8)
  }

  /// The message as Git will store it.
  public func cleaned(_ file: [UInt8]) -> [UInt8] {
    let mark = comment.elementsEqual("auto".utf8) ? chosenMark(in: file) : comment
    let whole = mark.map { isEdited ? Self.cut(file, at: $0) : file[...] } ?? file[...]
    guard mode != .verbatim else { return Array(whole) }
    var result: [UInt8] = []
    var isEmptyLineDue = false
    for line in whole.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if mode == .strip, let mark, line.starts(with: mark) { continue }
      let kept = line.prefix(
        (line.lastIndex { !Self.isBlank($0) } ?? line.startIndex - 1) - line.startIndex + 1)
      if kept.isEmpty {
        isEmptyLineDue = !result.isEmpty
        continue
      }
      if isEmptyLineDue { result.append(0x0A) }
      isEmptyLineDue = false
      result += kept + [0x0A]
    }
    return result
  }

  /// What stands before the line below which `git commit -v` shows the change.
  private static func cut(_ file: [UInt8], at mark: [UInt8]) -> ArraySlice<UInt8> {
    let scissors = mark + Array(" ------------------------ >8 ------------------------\n".utf8)
    var start = file.startIndex
    while start < file.endIndex {
      if file[start...].starts(with: scissors) { return file[..<start] }
      guard let end = file[start...].firstIndex(of: 0x0A) else { break }
      start = end + 1
    }
    return file[...]
  }

  /// With `core.commentChar=auto` Git takes a letter that no line of the message begins with, so that without an editor
  /// nothing is a comment; in an editor its own lines are last.
  private func chosenMark(in file: [UInt8]) -> [UInt8]? {
    guard isEdited else { return nil }
    let last = file.split(separator: 0x0A).last?.first
    return [last.flatMap { "#;@!$%^&|:".utf8.contains($0) ? $0 : nil } ?? UInt8(ascii: "#")]
  }

  /// What Git's own `isspace` takes (`sane_ctype`).
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
