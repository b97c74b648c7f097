import Trees
import Values

/// Documents that were read, for trees that are read one after the other: the commits of a range have most of their
/// files alike. Of each file the last bytes are kept, and what they were read as; the same bytes are not read again.
public final class DocumentMemory {
  /// As what bytes are read.
  enum Reading: Hashable {
    /// One of DVC's own files, whose name says which schema it fits.
    case document
    /// A parameters file.
    case parameters
  }

  private struct Place: Hashable {
    let file: RepositoryPath
    let reading: Reading
  }

  private var known: [Place: (bytes: [UInt8], node: Node)] = [:]

  /// A memory of nothing.
  public init() {}

  /// What bytes hold; what cannot be read is not kept.
  func node<Failure: Error>(
    of file: RepositoryPath, _ bytes: [UInt8], as reading: Reading, _ read: () throws(Failure) -> Node
  ) throws(Failure) -> Node {
    let place = Place(file: file, reading: reading)
    if let known = known[place], known.bytes == bytes { return known.node }
    let node = try read()
    known[place] = (bytes, node)
    return node
  }
}
