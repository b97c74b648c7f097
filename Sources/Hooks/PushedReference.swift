/// What Git tells a `pre-push` hook of one ref, a line of its standard input (githooks(5)).
public struct PushedReference: Hashable, Sendable {
  /// What is pushed, as it was named: a ref, any other revision, or `(delete)`.
  public let local: [UInt8]
  /// The object that is pushed, in hexadecimal digits; `nil` when the ref is deleted.
  public let object: [UInt8]?
  /// The ref on the other side.
  public let remote: [UInt8]
  /// The object that it has there; `nil` when it is new. It need not be in this repository.
  public let remoteObject: [UInt8]?

  /// The refs that standard input names.
  /// - Throws: ``PushedReferenceError`` for what Git does not write.
  public static func all(in input: [UInt8]) throws(PushedReferenceError) -> [PushedReference] {
    var references: [PushedReference] = []
    for line in input.split(separator: newline) {
      guard let reference = PushedReference(line) else { throw PushedReferenceError(line: Array(line)) }
      references.append(reference)
    }
    return references
  }

  /// The name of what is pushed may hold spaces (`HEAD^{/a message}`); the other three cannot.
  private init?(_ line: ArraySlice<UInt8>) {
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count >= 4 else { return nil }
    let last = words.suffix(3)
    guard let here = Self.object(named: last[last.startIndex]),
      let there = Self.object(named: last[last.startIndex + 2]), !last[last.startIndex + 1].isEmpty
    else { return nil }
    local = Array(words.dropLast(3).joined(separator: [UInt8(ascii: " ")]))
    object = here.digits
    remote = Array(last[last.startIndex + 1])
    remoteObject = there.digits
  }

  /// What a word names: an object by its digits, or none, for which Git writes zeros; `nil` for what is no name.
  static func object(named word: some Collection<UInt8>) -> (digits: [UInt8]?, Void)? {
    guard word.count == 40 || word.count == 64,
      word.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    return (word.allSatisfy { $0 == UInt8(ascii: "0") } ? nil : Array(word), ())
  }

  /// Whether the commits behind it are to be restored by somebody: not notes, and not what `dvc exp` keeps for
  /// itself (DVC 3.67, `dvc/repo/experiments/refs.py`).
  public var carriesCommits: Bool {
    !Self.ownRefs.contains { remote.starts(with: $0.utf8) }
  }

  /// Whether one of the refs that standard input names is of guard's own notes.
  public static func carryNotes(_ references: [PushedReference]) -> Bool {
    references.contains { $0.remote.starts(with: "refs/notes/guard/".utf8) }
  }

  private static let ownRefs = [
    "refs/notes/", "refs/exps/exec/", "refs/exps/celery/", "refs/exps/apply/", "refs/exps/temp/",
    "refs/exps/stash",
  ]
}

/// Standard input of a `pre-push` hook that is not as Git writes it.
public struct PushedReferenceError: Error, CustomStringConvertible {
  /// The line.
  public let line: [UInt8]

  /// What is wrong.
  public var description: String {
    "standard input is not what Git tells a pre-push hook: '\(String(decoding: line.prefix(200), as: UTF8.self))'"
  }
}
