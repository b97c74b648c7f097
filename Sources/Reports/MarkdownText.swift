import Values

/// Letters of a repository in GitHub's and GitLab's Markdown: text that stays text, whoever wrote it.
enum MarkdownText {
  /// A text in a sentence or in a cell of a table. No letter of it is markup, HTML, a link, a mention or a reference.
  static func plain(_ text: String, limit: Int = 300) -> String {
    var result = ""
    let scalars = Array(cut(TerminalText.printable(text), limit).unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      switch scalar {
      case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "(", ")", "|":
        result += "\\\(scalar)"
      // An address becomes a link by itself (GFM, "Autolinks").
      case ":" where next == "/", "." where endsInW(scalars[..<index]): result += "\\\(scalar)"
      // Forges look for names and numbers in the text when it has become HTML: a space without width is between.
      case "@", "#", "!", "~", "$", "%", "&":
        result += "\\\(scalar)"
        if next != " " { result += "&#8203;" }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func endsInW(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    scalars.suffix(3).elementsEqual(["w", "w", "w"]) || scalars.suffix(3).elementsEqual(["W", "W", "W"])
  }

  /// A text as code in a cell of a table, to be copied as it is. A `|` is written as tables want it.
  static func code(_ text: String, limit: Int = 300) -> String {
    let shown = cut(TerminalText.printable(text), limit)
    guard !shown.isEmpty else { return "" }
    var longest = 0
    var run = 0
    for scalar in shown.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    // One space on each side is taken away again (CommonMark, "Code spans"); without it a backtick at an end would
    // belong to the fence.
    let needsSpace = longest > 0 || (shown.hasPrefix(" ") && shown.hasSuffix(" "))
    let space = needsSpace ? " " : ""
    return fence + space + shown.replacing("|", with: "\\|") + space + fence
  }

  private static func cut(_ text: String, _ limit: Int) -> String {
    text.unicodeScalars.count > limit ? String(text.unicodeScalars.prefix(limit - 1)) + "…" : text
  }
}
