import DVC
import Git
import Trees
import Values

/// Something that a record has to do without, and why: in words that do not change with guard's messages, because
/// they are a part of the record.
struct Unreadable: Hashable {
  /// Why.
  enum Reason: String {
    /// It does not parse or does not fit DVC's schema.
    case invalid
    /// Lines of a merge that was not finished.
    case conflictMarkers = "conflict-markers"
    /// The schema of a `dvc.lock` that DVC before 2.0 wrote.
    case oldLock = "old-lock"
    /// A template that cannot be resolved.
    case template
    /// An output or a dependency where DVC allows none.
    case path
    /// Git does not hold the content: DVC's cache, Git LFS or another place does.
    case notInGit = "not-in-git"
    /// There is no such file.
    case missing
    /// DVC itself stops with a traceback on this.
    case unsupported
    /// A directory, a loop of links, or names nested too deep.
    case unreadable
  }

  let name: Text
  let reason: Reason

  init(_ path: RepositoryPath, _ reason: Reason) {
    name = path.isRoot ? "." : PathName.text(path.bytes)
    self.reason = reason
  }

  init(_ error: DVCError) { self.init(error.file, Reason(error.kind)) }

  var json: JSON { .object([("name", .text(name)), ("why", .string(reason.rawValue))]) }
}

extension Unreadable.Reason {
  init(_ kind: DVCError.Kind) {
    switch kind {
    case .invalid: self = .invalid
    case .conflictMarkers: self = .conflictMarkers
    case .oldLock: self = .oldLock
    case .template: self = .template
    case .path, .ignoredLock: self = .path
    case .notAvailable: self = .notInGit
    case .unreadable: self = .unreadable
    case .unsupported: self = .unsupported
    }
  }
}

/// Paths as texts: a path may hold bytes that are not UTF-8, which no JSON text can.
enum PathName {
  /// The path, or, where it is not UTF-8 or begins with a quote, the path in quotes with octal escapes, as Git prints
  /// it (git-config(1), `core.quotePath`).
  static func text(_ path: [UInt8]) -> Text {
    let isUTF8 = String(validating: path, as: UTF8.self) != nil
    guard !isUTF8 || path.first == UInt8(ascii: "\"") else { return Text(utf8: path) }
    return Text(utf8: CQuoting.quote(path))
  }
}
