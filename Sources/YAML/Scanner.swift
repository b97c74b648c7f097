import Values

/// Cuts the text into tokens, as ruamel.yaml's scanner does (0.19, `scanner.py`).
///
/// A token is made only when the parser asks for it, and at the same moment as there: what a `:` means inside
/// `{}` depends on which tokens still wait in the queue.
struct Scanner {
  var cursor: Cursor
  /// Scalars that are not in the text as they are.
  var assembled: [UInt8] = []
  var tags: [TagSpelling] = []
  var directives: [Directive] = []
  /// Whether a `%YAML 1.1` line was read.
  var isVersion11 = false

  private var queue: [Token] = []
  private var head = 0
  private var taken = 0
  private var isDone = false

  /// The open brackets around the current place.
  private(set) var brackets: [UInt8] = []
  /// The column of the current block collection.
  private(set) var indent = -1
  private var indents: [Int] = []
  /// Whether a key may begin here (in a block, also a collection).
  var allowsSimpleKey = true
  /// Where a key may have begun, for each bracket level: it is one only when a `:` follows.
  private var simpleKeys: [SimpleKey?] = [nil]
  private var openKeys = 0

  private struct SimpleKey {
    let token: Int
    let isRequired: Bool
    let index: Int
    let line: Int
    let mark: Mark
  }

  init(_ source: Source) {
    cursor = Cursor(source)
  }

  var isInFlow: Bool { !brackets.isEmpty }

  /// The bytes of a token's text.
  func bytes(of text: Excerpt) -> ArraySlice<UInt8> {
    (text.isAssembled ? assembled : cursor.bytes)[Int(text.start)..<Int(text.end)]
  }

  func failure(_ message: String, at mark: Mark? = nil) -> YAMLError {
    YAMLError(.syntax, message, at: (mark ?? cursor.mark).position)
  }
}

// MARK: - The queue

extension Scanner {
  /// The next token, which stays in the queue.
  mutating func next() throws(YAMLError) -> Token {
    while try needsMore() { try fetch() }
    return queue[head]
  }

  /// The kind of the next token.
  mutating func nextKind() throws(YAMLError) -> Token.Kind {
    while try needsMore() { try fetch() }
    return queue[head].kind
  }

  /// Takes the next token out of the queue. The last one, the end of the stream, stays.
  mutating func take() throws(YAMLError) -> Token {
    let token = try next()
    guard token.kind != .streamEnd else { return token }
    head += 1
    taken += 1
    if head == queue.count {
      queue.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 4096 {
      queue.removeSubrange(..<head)
      head = 0
    }
    return token
  }

  /// Whether the next token is not known yet: a key that it may open stands before it.
  private mutating func needsMore() throws(YAMLError) -> Bool {
    if isDone { return false }
    if head == queue.count { return true }
    guard openKeys > 0 else { return false }
    try dropStaleKeys()
    // Keys of outer brackets began before those of inner ones.
    guard openKeys > 0, let first = simpleKeys.first(where: { $0 != nil }) else { return false }
    return first?.token == taken
  }

  mutating func append(_ kind: Token.Kind, from start: Mark, to end: Mark) {
    queue.append(Token(kind: kind, start: start, end: end))
  }

  mutating func append(_ token: Token) { queue.append(token) }

  /// Whether the token before this place is a `:` that the parser has not taken yet.
  var followsWaitingValue: Bool { head < queue.count && queue[queue.count - 1].kind == .value }

  /// Steps over an indicator of `length` characters and appends its token.
  mutating func appendIndicator(_ kind: Token.Kind, length: Int = 1) {
    let start = cursor.mark
    cursor.skip(length)
    append(kind, from: start, to: cursor.mark)
  }

  mutating func finish() throws(YAMLError) {
    unwind(to: -1)
    try forgetSimpleKey()
    append(.streamEnd, from: cursor.mark, to: cursor.mark)
    isDone = true
  }
}

// MARK: - Keys without `?`

extension Scanner {
  /// Notes that a key may begin here.
  mutating func noteSimpleKey() throws(YAMLError) {
    guard allowsSimpleKey else { return }
    try forgetSimpleKey()
    simpleKeys[brackets.count] = SimpleKey(
      token: taken + queue.count - head, isRequired: !isInFlow && indent == cursor.column,
      index: cursor.index, line: cursor.line, mark: cursor.mark)
    openKeys += 1
  }

  /// Gives up the key that may have begun in the current brackets.
  mutating func forgetSimpleKey() throws(YAMLError) {
    guard let key = simpleKeys[brackets.count] else { return }
    if key.isRequired { throw failure("expected ':' after this key", at: key.mark) }
    simpleKeys[brackets.count] = nil
    openKeys -= 1
  }

  /// A key stands in one line and has at most 1024 characters.
  mutating func dropStaleKeys() throws(YAMLError) {
    guard openKeys > 0 else { return }
    for level in simpleKeys.indices {
      guard let key = simpleKeys[level], key.line != cursor.line || cursor.index - key.index > 1024 else {
        continue
      }
      if key.isRequired { throw failure("expected ':' after this key", at: key.mark) }
      simpleKeys[level] = nil
      openKeys -= 1
    }
  }

  /// At a `:`, puts the tokens of the key before what stands since; whether a key had begun.
  mutating func resolveSimpleKey() -> Bool {
    guard let key = simpleKeys[brackets.count] else { return false }
    simpleKeys[brackets.count] = nil
    openKeys -= 1
    let place = max(head, key.token - taken + head)
    queue.insert(Token(kind: .key, start: key.mark, end: key.mark), at: place)
    if !isInFlow, indent(to: Int(key.mark.column)) {
      queue.insert(Token(kind: .blockMappingStart, start: key.mark, end: key.mark), at: place)
    }
    allowsSimpleKey = false
    return true
  }
}

// MARK: - Levels

extension Scanner {
  mutating func open(_ bracket: UInt8) {
    brackets.append(bracket)
    simpleKeys.append(nil)
  }

  /// Closes a bracket; that it is the right one is the parser's business.
  mutating func close() {
    guard brackets.popLast() != nil else { return }
    simpleKeys.removeLast()
  }

  /// Begins a block collection at `column`, when that is further in than the current one.
  mutating func indent(to column: Int) -> Bool {
    guard indent < column else { return false }
    indents.append(indent)
    indent = column
    return true
  }

  /// Ends the block collections that are further in than `column`.
  mutating func unwind(to column: Int) {
    guard !isInFlow else { return }
    while indent > column, let outer = indents.popLast() {
      append(.blockEnd, from: cursor.mark, to: cursor.mark)
      indent = outer
    }
  }
}
