import Values

/// One YAML document, read as DVC reads it.
///
/// DVC 3.67 (`dvc/utils/serialize/_yaml.py`) loads every `dvc.yaml`, `dvc.lock`, `.dvc` and parameters file
/// with ruamel.yaml 0.19, `typ="safe"`, in pure Python: a dialect of YAML 1.2 of its own, which no other
/// parser accepts or refuses in the same places. So the scanner here keeps that one's rules, quirks included.
public enum YAMLDocument {
  /// The value of the one document in `bytes`; `.null` when there is none.
  ///
  /// Every node carries the place where it stands; a value that stands behind an alias, that of the alias.
  /// - Throws: ``YAMLError`` where DVC's loader fails too, or a limit is passed.
  public static func parse(
    _ bytes: [UInt8], limits: YAMLLimits = .standard
  ) throws(YAMLError) -> Node {
    do throws(YAMLError) {
      guard bytes.count <= limits.bytes, bytes.count <= 1 << 30 else {
        throw YAMLError(.limit, "the file is larger than \(limits.bytes) bytes", at: nil)
      }
      var parser = Parser(Scanner(try Source(bytes)), limits: limits)
      guard let composition = try parser.parseStream() else { return Node(.null) }
      var constructor = Constructor(composition, limits: limits)
      return try constructor.document()
    } catch {
      guard error.kind != .limit, error.kind != .encoding, let marker = TextFile.conflictMarker(in: bytes)
      else {
        throw error
      }
      throw YAMLError(.conflictMarkers, "unresolved merge conflict", at: marker)
    }
  }
}

/// How much a document may ask for.
public struct YAMLLimits: Sendable {
  /// The size of the file, in bytes.
  public let bytes: Int
  /// How deep lists and maps may lie in each other, aliases expanded.
  public let depth: Int
  /// How many values the document may have, aliases expanded.
  public let nodes: Int

  /// Limits of one's own.
  public init(
    bytes: Int = YAMLLimits.standard.bytes, depth: Int = YAMLLimits.standard.depth,
    nodes: Int = YAMLLimits.standard.nodes
  ) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
  }

  private init(standardDepth: Int) {
    bytes = 64 << 20
    depth = standardDepth
    nodes = 10_000_000
  }

  /// 64 MiB, 10 million values, and the 481 levels after which `dvc status` (3.67 on Python 3.11) ends with
  /// "maximum recursion depth exceeded".
  public static let standard = YAMLLimits(standardDepth: 481)
}

/// Why a document cannot be read.
public struct YAMLError: Error, Sendable {
  /// What kind of fault it is, and so what the user can do.
  public enum Kind: Sendable, Equatable {
    /// The text is not YAML as DVC's loader reads it: mend the line.
    case syntax
    /// A key stands twice in one map; `first` is where it stands first: remove one.
    case duplicateKey(first: Position?)
    /// Git's conflict markers are in the file: resolve the conflict.
    case conflictMarkers
    /// The file is not UTF-8: save it as UTF-8.
    case encoding
    /// YAML that DVC's loader, or guard, has no value for (own tags, `%YAML 1.3`, a value inside itself).
    case unsupported
    /// A date that is not in the calendar; an unexpected error in DVC (exit code 255): quote it or mend it.
    case invalidDate
    /// A value of which its tag cannot be made; mostly an unexpected error in DVC (exit code 255).
    case invalidValue
    /// More than ``YAMLLimits`` allows.
    case limit
  }

  /// Where the fault is, when it has a place.
  public let position: Position?
  /// What is wrong, in words.
  public let message: String
  /// What kind of fault it is.
  public let kind: Kind

  init(_ kind: Kind, _ message: String, at position: Position?) {
    self.kind = kind
    self.message = message
    self.position = position
  }
}
