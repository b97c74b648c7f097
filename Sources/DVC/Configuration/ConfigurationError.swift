/// A configuration with which every DVC command fails.
public enum ConfigurationError: Error, Hashable, Sendable {
  /// The file is not UTF-8: save it as UTF-8.
  case notUTF8(file: String)
  /// A line cannot be read: mend it.
  case syntax(file: String, line: Int, why: String)
  /// A setting that DVC does not know or whose value it does not take: mend or remove it. The line is that
  /// of the setting or of its section, in the file that has the last word.
  case setting(file: String, line: Int, key: String, why: String)
}

extension ConfigurationError: CustomStringConvertible {
  /// The error for a person to read.
  public var description: String {
    switch self {
    case .notUTF8(let file): "\(file): the file is not UTF-8"
    case .syntax(let file, let line, let why): "\(file):\(line): \(why)"
    case .setting(let file, let line, let key, let why): "\(file):\(line): \(key): \(why)"
    }
  }
}
