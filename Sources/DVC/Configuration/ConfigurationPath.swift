import Values

/// A path in a configuration file (DVC 3.67, dvc/config.py, `_resolve`).
public enum ConfigurationPath: Hashable, Sendable {
  /// Something that begins with `scheme://`, as it is written.
  case url(Text)
  /// An absolute path, as it is written.
  case absolute(Text)
  /// A path that begins with `~`, and the directory that it is relative to when there is no such home.
  case home(Text, directory: [UInt8])
  /// A path relative to the directory of its file.
  case relative(Text, directory: [UInt8])

  /// The path of a value in a file of that directory.
  init(_ text: Text, directory: [UInt8]) {
    if Self.isURL(text) {
      self = .url(text)
    } else if text.utf8.first == UInt8(ascii: "/") {
      self = .absolute(text)
    } else if text.utf8.first == UInt8(ascii: "~") {
      self = .home(text, directory: directory)
    } else {
      self = .relative(text, directory: directory)
    }
  }

  /// The absolute path, or the URL.
  /// - Parameter home: the home directory of a user, by name; an empty name is the user who asks, of whom it
  ///   is `HOME` when that is set.
  public func resolved(home: (Text) -> [UInt8]?) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    switch self {
    case .url(let text), .absolute(let text): return text.utf8
    case .relative(let text, let directory):
      return Self.normalize(directory + [slash] + text.utf8)
    case .home(let text, let directory):
      let end = text.utf8.firstIndex(of: slash) ?? text.utf8.count
      guard var path = home(Text(utf8: text.utf8[1..<end])) else {
        return Self.normalize(directory + [slash] + text.utf8)
      }
      while path.last == slash { path.removeLast() }
      path += text.utf8[end...]
      return path.first == slash || path.isEmpty
        ? (path.isEmpty ? [slash] : path)
        : Self.normalize(directory + [slash] + text.utf8)
    }
  }

  /// `os.path.normpath` of an absolute path; two slashes at the beginning stay two.
  private static func normalize(_ path: [UInt8]) -> [UInt8] {
    let slash = UInt8(ascii: "/")
    var components: [ArraySlice<UInt8>] = []
    for component in path.split(separator: slash) where !component.elementsEqual(".".utf8) {
      if component.elementsEqual("..".utf8) { _ = components.popLast() } else { components.append(component) }
    }
    let isDouble = path.starts(with: "//".utf8) && !path.starts(with: "///".utf8)
    return (isDouble ? [slash, slash] : [slash]) + components.joined(separator: [slash])
  }

  /// `\w+://`
  private static func isURL(_ text: Text) -> Bool {
    guard let end = text.firstIndex(of: "://"), end > 0 else { return false }
    return Text(utf8: text.utf8[..<end]).codePoints.allSatisfy { Unicode.Scalar($0)?.isWord ?? false }
  }
}
