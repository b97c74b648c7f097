import Trees

/// The text of a program as rules need it that look for files in it: its code without blanks and comments, and what stands in
/// quotes there. No language is parsed; what is between quotes is never taken for code.
struct ProgramText {
  /// A language, as far as comments and quotes are its own.
  enum Language {
    case python, r, julia

    /// The language of a file of that name; `nil` where it is none of these.
    init?(of name: ArraySlice<UInt8>) {
      switch name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).last {
      case let ending? where ending.elementsEqual("py".utf8): self = .python
      case let ending? where ending.elementsEqual("R".utf8) || ending.elementsEqual("r".utf8): self = .r
      case let ending? where ending.elementsEqual("jl".utf8): self = .julia
      default: return nil
      }
    }
  }

  /// What stands in quotes.
  struct Literal {
    /// The bytes between the quotes, as they are written.
    let value: [UInt8]
    /// The line that it begins on, from 1.
    let line: Int
    /// Where its two quotes are in the code.
    let place: Int
    /// Where the bracket is in the code that is open there, the innermost; `nil` outside of all.
    let bracket: Int?
  }

  /// The code: no comment, no blank but between two names, a line's end only outside of brackets, and of a literal only its
  /// quotes.
  private(set) var code: [UInt8] = []
  /// The literals, in order.
  private(set) var literals: [Literal] = []

  private let language: Language
  /// Where in the code each line of the text begins.
  private var lineStarts = [0]
  /// The brackets that are open.
  private var brackets: [Int] = []
  /// Whether a blank stands before what comes next.
  private var isApart = false

  init(_ text: [UInt8], _ language: Language) {
    self.language = language
    var rest = text[...]
    while let byte = rest.popFirst() { read(byte, &rest) }
  }

  /// The line of the text, from 1, that a place in the code stands on.
  func line(of place: Int) -> Int { lineStarts.partitioningIndex { $0 > place } }

  /// The literal whose quotes are at a place in the code.
  func literal(at place: Int) -> Literal? {
    let index = literals.partitioningIndex { $0.place >= place }
    return index < literals.count && literals[index].place == place ? literals[index] : nil
  }

  /// The literals behind a place in the code.
  func literals(after place: Int) -> ArraySlice<Literal> {
    literals[literals.partitioningIndex { $0.place > place }...]
  }

  private mutating func read(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) {
    switch byte {
    case UInt8(ascii: "\n"): endLine()
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): isApart = true
    case UInt8(ascii: "\\") where rest.starts(with: "\n".utf8) || rest.starts(with: "\r\n".utf8):
      rest = rest.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
      beginLine()
    case UInt8(ascii: "#"): skipComment(&rest)
    case UInt8(ascii: "'") where language == .julia: skipCharacter(&rest)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): readLiteral(byte, &rest)
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
      append(byte)
      brackets.append(code.count - 1)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      append(byte)
      _ = brackets.popLast()
    default: append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) {
    if isApart, byte.isOfName, code.last?.isOfName == true { code.append(UInt8(ascii: " ")) }
    isApart = false
    code.append(byte)
  }

  private mutating func endLine() {
    if brackets.isEmpty, code.last != UInt8(ascii: "\n") { code.append(UInt8(ascii: "\n")) }
    beginLine()
  }

  private mutating func beginLine() {
    lineStarts.append(code.count)
    isApart = true
  }

  private mutating func skipComment(_ rest: inout ArraySlice<UInt8>) {
    guard language == .julia, rest.first == UInt8(ascii: "=") else {
      rest = rest.drop { $0 != UInt8(ascii: "\n") }
      return
    }
    // `#= … =#`
    var last: UInt8 = 0
    while let byte = rest.popFirst(), last != UInt8(ascii: "=") || byte != UInt8(ascii: "#") {
      if byte == UInt8(ascii: "\n") { beginLine() }
      last = byte
    }
  }

  /// A character of Julia's, or the sign that turns a matrix.
  private mutating func skipCharacter(_ rest: inout ArraySlice<UInt8>) {
    let isSign = !isApart && code.last.map { $0.isOfName || ")]}'.".utf8.contains($0) } ?? false
    guard !isSign else { return append(UInt8(ascii: "'")) }
    if rest.popFirst() == UInt8(ascii: "\\") { rest = rest.dropFirst() }
    let after = rest.drop { $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "\n") }
    if after.first == UInt8(ascii: "'") { rest = after.dropFirst() }
  }

  private mutating func readLiteral(_ quote: UInt8, _ rest: inout ArraySlice<UInt8>) {
    dropPrefix()
    let line = lineStarts.count
    let isLong = language != .r && rest.starts(with: [quote, quote])
    if isLong { rest = rest.dropFirst(2) }
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == quote, !isLong || rest.starts(with: [quote, quote]) {
        if isLong { rest = rest.dropFirst(2) }
        literals.append(Literal(value: value, line: line, place: code.count, bracket: brackets.last))
        code += [UInt8(ascii: "\""), UInt8(ascii: "\"")]
        isApart = false
        return
      }
      value.append(byte)
      if byte == UInt8(ascii: "\n") {
        // Python takes this for an error, and a cell of a notebook need not be Python's.
        if !isLong, language == .python { return endLine() }
        lineStarts.append(code.count)
      }
      if byte == UInt8(ascii: "\\"), let next = rest.popFirst() {
        value.append(next)
        if next == UInt8(ascii: "\n") { lineStarts.append(code.count) }
      }
    }
  }

  /// Takes away the letters that say of what kind a literal is: `r"…"`.
  private mutating func dropPrefix() {
    let letters = code.suffix(3).reversed().prefix { $0.isOfName }
    guard !isApart, (1...2).contains(letters.count),
      letters.allSatisfy({ "rRbBuUfF".utf8.contains($0) })
    else { return }
    code.removeLast(letters.count)
  }
}

extension UInt8 {
  /// Whether it may be in a name.
  var isOfName: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}

extension Array {
  /// The index of the first element for which something is so that is so for all behind it, too.
  fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
    var range = 0..<count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = isBehind(self[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }
}
