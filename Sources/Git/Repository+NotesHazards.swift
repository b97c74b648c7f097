/// A setting of Git's that damages run records.
public enum NotesHazard: Hashable, Sendable {
  /// A remote's refspec that overwrites notes here with the remote's: what was not pushed is lost with each fetch.
  case overwritingFetch(remote: [UInt8], refspec: [UInt8])
  /// Git copies a commit's note to the commit that takes its place, where it is the record of another commit.
  case rewriting(pattern: [UInt8])
}

extension NotesHazard: CustomStringConvertible {
  /// What is wrong, and the command that mends it.
  public var description: String {
    switch self {
    case .overwritingFetch(let remote, let refspec):
      "remote.\(remote.text).fetch = \(refspec.text) throws away records that were not pushed. fix: git config "
        + "--unset-all --fixed-value remote.\(remote.text).fetch '\(refspec.text)'"
    case .rewriting(let pattern):
      "notes.rewriteRef = \(pattern.text) gives amended commits the records of others. fix: git config --unset-all "
        + "--fixed-value notes.rewriteRef '\(pattern.text)'"
    }
  }
}

extension Repository {
  /// The settings of Git's here that damage run records.
  public var notesHazards: [NotesHazard] {
    let fetches = variables.subsections(of: "remote", "fetch").filter { _, refspec in
      guard refspec.first == UInt8(ascii: "+") else { return false }
      let target = refspec.drop { $0 != UInt8(ascii: ":") }.dropFirst()
      return Self.mayMean(records: target)
    }
    let rewrites = configurationValues("notes.rewriteref").filter { Self.mayMean(records: $0[...]) }
    return fetches.map { .overwritingFetch(remote: $0.subsection, refspec: $0.value) }
      + rewrites.map { .rewriting(pattern: $0) }
  }

  /// Whether a ref, or a pattern with one `*`, may be that of records.
  private static func mayMean(records pattern: ArraySlice<UInt8>) -> Bool {
    [NotesReference.runs, .links].contains { reference in
      guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else {
        return pattern.elementsEqual(reference.name)
      }
      let (head, tail) = (pattern[..<star], pattern[(star + 1)...])
      return reference.name.count >= head.count + tail.count && reference.name.starts(with: head)
        && reference.name.suffix(tail.count).elementsEqual(tail)
    }
  }
}
