import Trees

/// A line for a `.dvcignore` or `.gitignore` that takes out one path and reads as nothing but that path
/// (gitignore(5); DVC 3.67 reads its file as UTF-8 and strips blanks at the end of a line).
public enum IgnoreLine {
  /// The line for a path below the directory of the file.
  static func literal(_ path: [UInt8]) -> [UInt8] {
    // The slash in front binds the line to the directory, and keeps a leading `#` or `!` from meaning anything.
    let name = [UInt8(ascii: "/")] + escaped(path)
    // DVC strips the line before it looks for a backslash, so that only brackets keep the last blank.
    return name.last == UInt8(ascii: " ") ? name.dropLast() + Array("[ ]".utf8) : name
  }

  private static func escaped(_ path: [UInt8]) -> [UInt8] {
    let isUTF8 = String(validating: path, as: UTF8.self) != nil
    var result: [UInt8] = []
    for byte in path {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "]"):
        result += [UInt8(ascii: "\\"), byte]
      // No line can hold a line end, and not every shell reads a quoted control character.
      case 0..<0x20, 0x7F: result.append(UInt8(ascii: "?"))
      // DVC could not read the file at all.
      case 0x80... where !isUTF8: if result.last != UInt8(ascii: "*") { result.append(UInt8(ascii: "*")) }
      default: result.append(byte)
      }
    }
    return result
  }

  /// The command that appends lines to a file. Not every `echo` leaves a backslash as it is.
  public static func append(_ lines: [[UInt8]], to file: RepositoryPath, endingTheLast: Bool) -> String {
    let isPlain = lines.count == 1 && !lines.joined().contains(UInt8(ascii: "\\"))
    // An empty word ends the last line, before the lines.
    let write = endingTheLast ? "printf '%s\\n' ''" : isPlain ? "echo" : "printf '%s\\n'"
    let words = lines.map(ShellCommand.quoted).joined(separator: " ")
    return "\(write) \(words) >> \(ShellCommand.quoted(file.bytes))"
  }
}

extension FileTree {
  /// Whether the last line of a file has no end.
  public func endsOpen(_ file: RepositoryPath) throws(TreeError) -> Bool {
    guard case .file? = try target(of: file) else { return false }
    return try contents(of: file).last.map { $0 != 0x0A } ?? false
  }
}
