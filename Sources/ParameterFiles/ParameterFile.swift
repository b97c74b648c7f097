import Values
import YAML

/// How a parameters or metrics file is written.
public enum ParameterFormat: Hashable, Sendable {
  case yaml, json, toml, python

  /// The loader that DVC picks (DVC 3.67, `dvc/utils/serialize/__init__.py`): the suffix is everything
  /// from the first dot of the last path component, in lower case, so that `.json` and `p.JSON` are JSON,
  /// and `my.p.json`, like every suffix that is not `.json`, `.toml` or `.py`, is YAML.
  /// - Parameter fileName: a file name or a path with slashes.
  public init(fileName: some Collection<UInt8>) {
    let name =
      fileName.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? fileName[...]
    let suffix = name.drop { $0 != UInt8(ascii: ".") }.map { $0.isASCIIUppercase ? $0 | 0x20 : $0 }
    switch suffix {
    case Array(".json".utf8): self = .json
    case Array(".toml".utf8): self = .toml
    case Array(".py".utf8): self = .python
    default: self = .yaml
    }
  }
}

/// Reads parameters and metrics files as DVC's loaders do.
public enum ParameterFile {
  /// The largest file that is read, in bytes.
  public static let maximumSize = 64 << 20

  /// The document of a parameters file.
  ///
  /// In YAML and JSON a document that Python holds false (`null`, `false`, `0`, `""`, `[]`, an empty YAML
  /// file) is an empty map: DVC 3.67 returns `loaded or {}` in `_yaml.py` and `_json.py`, for parameters,
  /// metrics and template variables alike. TOML and Python files are always a map.
  /// - Returns: the document, with the position of every key and value.
  /// - Throws: ``ParameterFileError`` where DVC fails to read the file, or a bound is passed.
  public static func read(
    _ bytes: [UInt8], format: ParameterFormat
  ) throws(ParameterFileError) -> Node {
    guard bytes.count <= maximumSize else {
      throw ParameterFileError(.bound, "the file is larger than \(maximumSize >> 20) MiB")
    }
    let node: Node =
      switch format {
      case .yaml: try readYAML(bytes)
      case .json, .toml, .python: try read(try SourceText(bytes), format: format)
      }
    return node.value.isTruthy ? node : Node(.map(Mapping()), at: node.position)
  }

  private static func read(
    _ text: SourceText, format: ParameterFormat
  ) throws(ParameterFileError) -> Node {
    do throws(ParameterFileError) {
      switch format {
      case .toml:
        var reader = TOMLReader(text)
        return try reader.readDocument()
      case .python: return try PythonModule.read(text)
      case .json, .yaml:
        var reader = JSONReader(text)
        return try reader.readDocument()
      }
    } catch {
      guard error.kind == .syntax, let marker = TextFile.conflictMarker(in: text.bytes) else { throw error }
      throw ParameterFileError(.conflictMarkers, "unresolved merge conflict", at: marker)
    }
  }

  private static func readYAML(_ bytes: [UInt8]) throws(ParameterFileError) -> Node {
    do throws(YAMLError) {
      return try YAMLDocument.parse(bytes)
    } catch {
      throw ParameterFileError(ParameterFileError.Kind(error.kind), error.message, at: error.position)
    }
  }
}

/// Why a parameters file cannot be read.
public struct ParameterFileError: Error, Hashable, Sendable {
  /// What the user can do about it.
  public enum Kind: Hashable, Sendable {
    /// The bytes are not UTF-8: save the file as UTF-8.
    case encoding
    /// The file is not of its format: mend what the message names.
    case syntax
    /// Git's conflict markers are in the file: resolve the conflict.
    case conflictMarkers
    /// The file is well formed, but Python cannot hold a value of it (a list as a key, say), and DVC
    /// crashes: change the value.
    case value
    /// The file passes a bound on size or depth: make it smaller.
    case bound

    init(_ kind: YAMLError.Kind) {
      switch kind {
      case .syntax, .duplicateKey: self = .syntax
      case .conflictMarkers: self = .conflictMarkers
      case .encoding: self = .encoding
      case .unsupported, .invalidDate, .invalidValue: self = .value
      case .limit: self = .bound
      }
    }
  }

  /// Where the file goes wrong, when that is known.
  public let position: Position?
  /// What is wrong, in a sentence without a full stop.
  public let message: String
  /// What the user can do about it.
  public let kind: Kind

  init(_ kind: Kind, _ message: String, at position: Position? = nil) {
    self.kind = kind
    self.message = message
    self.position = position
  }
}
