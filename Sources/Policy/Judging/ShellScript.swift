/// The words of a script, as a POSIX shell parts them (POSIX.1-2017, Shell Command Language, 2.2 and 2.3): quotes, backslashes
/// and comments mean what they mean there. Nothing is expanded; commands in `$(…)`, backquotes and `(…)` are found as those
/// around them are.
public struct ShellScript {
  /// The commands in the order in which they end, each as its words: what it reads by `<` is one of them, what it
  /// writes by `>` is not. What `|` joins is one command.
  public private(set) var commands: [[[UInt8]]] = []

  /// A command that is being read.
  private struct Open {
    var words: [[UInt8]] = []
    /// The word that is being read.
    var word: [UInt8]?
    /// Whether the next word is what `>` writes to.
    var isTarget = false
    /// Whether it is between double quotes.
    var isQuoted = false
    /// What ends the list of commands that this one is of; `nil` for the script.
    var end: UInt8?

    mutating func append(_ bytes: some Sequence<UInt8>) {
      if word == nil { word = [] }
      word?.append(contentsOf: bytes)
    }

    mutating func endWord() {
      guard let word else { return }
      if !isTarget { words.append(word) }
      self.word = nil
      isTarget = false
    }
  }

  private var open = Open()
  /// Those around it. Not calls, because who writes a script says how deep it goes.
  private var around: [Open] = []

  /// Reads a script; where a quote or a bracket is not closed, to its end.
  public init(_ script: [UInt8]) {
    var rest = script[...]
    while let byte = rest.popFirst() { read(byte, &rest) }
    while let outer = around.popLast() {
      endCommand()
      open = outer
    }
    endCommand()
  }

  private mutating func read(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) {
    switch byte {
    case UInt8(ascii: "\\"): readEscaped(&rest)
    case UInt8(ascii: "$") where rest.first == UInt8(ascii: "("):
      rest.removeFirst()
      begin(until: UInt8(ascii: ")"))
    case UInt8(ascii: "`"):
      open.end == byte ? endList() : begin(until: byte)
    case UInt8(ascii: "\""):
      open.isQuoted.toggle()
      open.append(EmptyCollection())
    case _ where open.isQuoted: open.append(CollectionOfOne(byte))
    case UInt8(ascii: "'"):
      open.append(rest.prefix { $0 != byte })
      rest = rest.drop { $0 != byte }.dropFirst()
    default: readPlain(byte, &rest)
    }
  }

  /// What stands behind a backslash. Between double quotes it takes its meaning from few.
  private mutating func readEscaped(_ rest: inout ArraySlice<UInt8>) {
    guard let next = rest.popFirst() else { return }
    if next == UInt8(ascii: "\n") { return }
    let staysWritten = open.isQuoted && !"$`\"\\".utf8.contains(next)
    open.append(staysWritten ? [UInt8(ascii: "\\"), next] : [next])
  }

  private mutating func readPlain(_ byte: UInt8, _ rest: inout ArraySlice<UInt8>) {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): open.endWord()
    case UInt8(ascii: "#") where open.word == nil: rest = rest.drop { $0 != UInt8(ascii: "\n") }
    case UInt8(ascii: "\n"), UInt8(ascii: ";"): endCommand()
    case UInt8(ascii: "|"), UInt8(ascii: "&"):
      // `||`, `&&` and `&` end a command; `|` and `&>` do not.
      let isDouble = rest.first == byte
      if isDouble { rest.removeFirst() }
      let isEnd = isDouble || byte == UInt8(ascii: "&") && rest.first != UInt8(ascii: ">")
      isEnd ? endCommand() : open.endWord()
    case UInt8(ascii: "<"), UInt8(ascii: ">"):
      open.endWord()
      open.isTarget = byte == UInt8(ascii: ">")
      // `2>&1` is of the command.
      if rest.first == UInt8(ascii: "&") { rest.removeFirst() }
    case UInt8(ascii: "("): begin(until: UInt8(ascii: ")"))
    case UInt8(ascii: ")"): open.end == byte ? endList() : open.endWord()
    default: open.append(CollectionOfOne(byte))
    }
  }

  private mutating func begin(until end: UInt8) {
    around.append(open)
    open = Open(end: end)
  }

  private mutating func endList() {
    endCommand()
    if let outer = around.popLast() { open = outer }
  }

  private mutating func endCommand() {
    open.endWord()
    open.isTarget = false
    if !open.words.isEmpty { commands.append(open.words) }
    open.words = []
  }
}
