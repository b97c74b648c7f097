import Hashing
import Values

/// Keys and values as MLflow takes them (3.17, `utils/validation.py`), made so here and never left to the
/// server: that refuses a whole batch for one key, and cuts long values without a word. Lengths are in code
/// points.
public enum RunText {
  /// The most of a key.
  static let keyLimit = 250
  /// The most of a parameter's value.
  static let parameterLimit = 6000
  /// The most of a tag's value.
  static let tagLimit = 8000
  /// The most of a dataset's name.
  static let datasetNameLimit = 500
  /// The most of a dataset's source.
  static let sourceLimit = 65_535
  /// The most of a dataset's context, a tag of an input.
  static let contextLimit = 500
  /// The most of a dataset's digest.
  private static let digestLimit = 36

  /// The key of a parameter, metric or tag. Letters of any script, digits, `_`, `-`, `.`, `/`, `:` and spaces
  /// stay; anything else becomes `_`. A key that had to be changed ends with eight digits of the SHA-256 of what
  /// it was, so that two keys never become one.
  public static func key(_ original: Text) -> String {
    let composed = original.string.composed
    let mapped = mapped(composed)
    let isSame = mapped.utf8.elementsEqual(composed.utf8)
    if isSame, mapped.unicodeScalars.count <= keyLimit { return mapped }
    let mark = "-" + Hexadecimal.encode(SHA256.hash(of: original.utf8).prefix(4))
    return prefix(mapped, keyLimit - mark.utf8.count) + mark
  }

  /// A text as the value of a parameter.
  public static func parameter(_ value: Text) -> String { cut(value.string, to: parameterLimit) }

  /// A value as Python's `str()` writes it, which is what `mlflow.log_param` sends: so a commit's run and the run
  /// of its training compare as equal.
  public static func parameter(_ value: Value) -> String { parameter(value.pythonString) }

  /// A text as the value of a tag.
  public static func tag(_ value: Text) -> String { cut(value.string, to: tagLimit) }

  /// A hash as the digest of a dataset. MD5 fits, also that of a directory.
  static func digest(_ digest: String) -> String {
    digest.unicodeScalars.count <= digestLimit ? digest : prefix("sha256-" + digest, digestLimit)
  }

  /// A text that is cut by guard, with the hash of all of it at its end, when it is longer than the limit. PostgreSQL
  /// refuses NUL.
  static func cut(_ text: String, to limit: Int) -> String {
    let clean = text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : text
    guard clean.unicodeScalars.count > limit else { return clean }
    let hash = Hexadecimal.encode(SHA256.hash(of: Array(text.utf8)))
    return prefix(clean, limit - 100) + "…[sha256:\(hash)]"
  }

  /// Leaves of nested maps, by keys with dots between them.
  static func flat(_ key: Text, _ value: Value) -> [(key: Text, value: Value)] {
    guard case .map(let map) = value else { return [(key, value)] }
    return map.entries.flatMap { flat(key + "." + $0.key.value.pythonString, $0.value.value) }
  }

  private static func prefix(_ text: String, _ count: Int) -> String {
    String(text.unicodeScalars.prefix(count))
  }

  /// A key must be the path that it would be as a file: not empty, relative, without `.`, `..` and `//`.
  private static func mapped(_ key: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in key.unicodeScalars {
      scalars.append(scalar.isWord || "-./: ".unicodeScalars.contains(scalar) ? scalar : "_")
    }
    let parts = String(scalars).split(separator: "/").map { part in
      part == "." || part == ".." ? String(repeating: "_", count: part.count) : String(part)
    }
    var joined = Substring(parts.joined(separator: "/"))
    joined = joined.drop { $0 == " " || $0 == "/" }
    while joined.last == " " || joined.last == "/" { joined.removeLast() }
    return joined.isEmpty ? "_" : String(joined)
  }
}
