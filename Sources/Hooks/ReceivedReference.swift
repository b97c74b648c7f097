/// What Git tells a `pre-receive` hook of one ref, a line of its standard input, or an `update` hook by its arguments
/// (githooks(5)).
public struct ReceivedReference: Hashable, Sendable {
  /// The ref.
  public let name: [UInt8]
  /// The object that it leads to now, in hexadecimal digits; `nil` when it is new.
  public let old: [UInt8]?
  /// The object that it is to lead to; `nil` when it is deleted.
  public let new: [UInt8]?

  /// The refs that standard input names.
  /// - Throws: ``ReceivedReferenceError`` for what Git does not write.
  public static func all(in input: [UInt8]) throws(ReceivedReferenceError) -> [ReceivedReference] {
    var references: [ReceivedReference] = []
    for line in input.split(separator: 0x0A) {
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3,
        let reference = ReceivedReference(name: Array(words[2]), old: words[0], new: words[1])
      else { throw ReceivedReferenceError(line: Array(line)) }
      references.append(reference)
    }
    return references
  }

  /// A ref and the names of its objects, zeros for one that is not there; `nil` when they are none.
  public init?(name: [UInt8], old: some Collection<UInt8>, new: some Collection<UInt8>) {
    guard !name.isEmpty, let old = PushedReference.object(named: old),
      let new = PushedReference.object(named: new)
    else { return nil }
    self.name = name
    self.old = old.digits
    self.new = new.digits
  }
}

/// What a receiving hook is told that is not as Git tells it.
public struct ReceivedReferenceError: Error, CustomStringConvertible {
  /// The line.
  public let line: [UInt8]

  /// What is wrong.
  public var description: String {
    let shown = String(decoding: line.prefix(200), as: UTF8.self)
    return "standard input is not what Git tells a pre-receive hook: '\(shown)'"
  }
}
