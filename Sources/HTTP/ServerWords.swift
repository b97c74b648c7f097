/// What a server says, made fit for a message: one line, not long, no control characters.
public enum ServerWords {
  /// The words of a server.
  public static func tidy(_ text: String) -> String {
    let words = text.unicodeScalars.split { $0.properties.isWhitespace }
    let line = words.map { word in
      String(String.UnicodeScalarView(word.filter { $0.properties.generalCategory != .control }))
    }
    .joined(separator: " ")
    return line.count > 200 ? String(line.prefix(200)) + "…" : line
  }
}
