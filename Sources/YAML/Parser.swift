import Values

/// Puts tokens together to elements, as ruamel.yaml's parser and composer do (0.19, `parser.py`,
/// `composer.py`), asking the scanner for tokens at the same moments.
struct Parser {
  var scanner: Scanner
  var composition = Composition()
  private let limits: YAMLLimits
  private var depth = 0
  private var anchors: [Text: Int] = [:]
  private var handles: [[UInt8]: [UInt8]] = [:]

  private static let bang = UInt8(ascii: "!")
  private static let standardHandles: [[UInt8]: [UInt8]] = [
    [bang]: [bang], [bang, bang]: Array("tag:yaml.org,2002:".utf8),
  ]

  init(_ scanner: Scanner, limits: YAMLLimits) {
    self.scanner = scanner
    self.limits = limits
    composition.elements.reserveCapacity(scanner.cursor.bytes.count / 16)
  }

  /// The one document of the stream; `nil` when there is none.
  mutating func parseStream() throws(YAMLError) -> Composition? {
    switch try scanner.nextKind() {
    case .streamEnd: return nil
    case .directive, .documentStart:
      guard try parseExplicitStart() else { return nil }
      switch try scanner.nextKind() {
      case .directive, .documentStart, .documentEnd, .streamEnd: appendEmpty(at: try scanner.next().start)
      default: try parseNode(.block)
      }
    default:
      handles = Self.standardHandles
      try parseNode(.block)
    }
    try parseEnd()
    composition.bytes = scanner.cursor.bytes
    composition.assembled = scanner.assembled
    composition.isVersion11 = scanner.isVersion11
    return composition
  }

  func failure(_ message: String, at mark: Mark) -> YAMLError { scanner.failure(message, at: mark) }
}

// MARK: - The document

extension Parser {
  /// Directives and `---`; false at the end of the stream.
  private mutating func parseExplicitStart() throws(YAMLError) -> Bool {
    try parseDirectives()
    let token = try scanner.next()
    guard token.kind == .documentStart else {
      throw failure("expected '---' after the directives, found \(token.kind.name)", at: token.start)
    }
    _ = try scanner.take()
    return true
  }

  private mutating func parseDirectives() throws(YAMLError) {
    handles = [:]
    var hasVersion = false
    while try scanner.nextKind() == .directive {
      let token = try scanner.take()
      switch scanner.directives[Int(token.index)] {
      case .version:
        if hasVersion { throw failure("a second %YAML line", at: token.start) }
        hasVersion = true
      case .tag(let handle, let prefix):
        guard handles.updateValue(prefix, forKey: handle) == nil else {
          throw failure("a second %TAG line for the same handle", at: token.start)
        }
      case .unknown: break
      }
    }
    handles.merge(Self.standardHandles) { own, _ in own }
  }

  /// `...`, and nothing after it. A second document is refused, even an empty one.
  private mutating func parseEnd() throws(YAMLError) {
    var isExplicit = false
    if try scanner.nextKind() == .documentEnd {
      let end = try scanner.take().end
      let next = try scanner.next()
      if next.kind != .streamEnd, next.start.line == end.line {
        throw failure("unexpected \(next.kind.name) after '...'", at: next.start)
      }
      isExplicit = true
    }
    if scanner.isVersion11 {
      while try scanner.nextKind() == .documentEnd { _ = try scanner.take() }
    }
    let next = try scanner.next()
    guard next.kind != .streamEnd else { return }
    let isDocument = isExplicit || next.kind == .documentStart || next.kind == .directive
    throw failure(
      isDocument
        ? "a second document begins here; DVC reads files of one"
        : "expected the end of the document, found \(next.kind.name)", at: next.start)
  }
}

// MARK: - Nodes

extension Parser {
  enum Context {
    case block
    /// The value of a key in a block, where a list may begin in the column of the key.
    case blockValue
    case flow
  }

  /// What stands before a node's content.
  private struct Properties {
    var anchor: Excerpt?
    var tag: [UInt8]?
    var start: Mark?
    var end: Mark?

    /// Whether the content decides what the node becomes.
    var isImplicit: Bool { tag.map { $0 == [Parser.bang] } ?? true }
  }

  /// How a collection is written.
  private enum Form {
    case indentlessSequence, blockSequence, flowSequence, blockMapping, flowMapping, singlePair

    var kind: Composition.Element.Kind {
      switch self {
      case .indentlessSequence, .blockSequence, .flowSequence: .sequence
      case .blockMapping, .flowMapping, .singlePair: .mapping
      }
    }
  }

  mutating func parseNode(_ context: Context) throws(YAMLError) {
    if try scanner.nextKind() == .alias { return try parseAlias() }
    let properties = try parseProperties()
    let token = try scanner.next()
    let start = properties.start ?? token.start
    switch token.kind {
    case .blockEntry where context == .blockValue:
      try parseCollection(.indentlessSequence, properties, at: start)
    case .plainScalar, .quotedScalar:
      _ = try scanner.take()
      appendScalar(token, properties, at: start)
    case .flowSequenceStart:
      try parseCollection(.flowSequence, properties, at: start)
    case .flowMappingStart:
      try parseCollection(.flowMapping, properties, at: start)
    case .blockSequenceStart where context != .flow:
      try parseCollection(.blockSequence, properties, at: start)
    case .blockMappingStart where context != .flow:
      try parseCollection(.blockMapping, properties, at: start)
    default:
      guard properties.anchor != nil || properties.tag != nil else {
        throw failure("expected a value, found \(token.kind.name)", at: token.start)
      }
      append(
        Composition.Element(
          kind: .scalar, tag: properties.isImplicit ? .null : tag(of: properties, or: .str), mark: start),
        properties)
    }
  }

  private mutating func parseAlias() throws(YAMLError) {
    let token = try scanner.take()
    guard let target = anchors[Text(utf8: scanner.bytes(of: token.text))] else {
      throw failure("an alias of an anchor that is not defined before it", at: token.start)
    }
    composition.elements.append(
      Composition.Element(
        kind: .alias, tag: composition.elements[target].tag, mark: token.start,
        end: Int32(truncatingIfNeeded: target)))
  }

  /// An anchor and a tag, in either order.
  private mutating func parseProperties() throws(YAMLError) -> Properties {
    var properties = Properties()
    for _ in 0..<2 {
      let kind = try scanner.nextKind()
      if kind == .anchor, properties.anchor == nil {
        let token = try scanner.take()
        properties.anchor = token.text
        properties.start = properties.start ?? token.start
        properties.end = token.end
      } else if kind == .tag, properties.tag == nil {
        let token = try scanner.take()
        properties.tag = try fullName(of: scanner.tags[Int(token.index)], at: token.start)
        properties.start = properties.start ?? token.start
        properties.end = token.end
      } else {
        break
      }
    }
    return properties
  }

  private func fullName(of tag: TagSpelling, at mark: Mark) throws(YAMLError) -> [UInt8] {
    guard let suffix = percentDecoded(tag.suffix) else {
      throw YAMLError(.invalidValue, "a tag with a broken '%' escape", at: mark.position)
    }
    guard let handle = tag.handle else { return suffix }
    guard let prefix = handles[handle] else {
      throw failure("the tag handle '\(String(decoding: handle, as: UTF8.self))' is not defined", at: mark)
    }
    return prefix + suffix
  }

  /// The loader decodes escapes in tags twice; this is the second time, code point by code point.
  private func percentDecoded(_ suffix: [UInt8]) -> [UInt8]? {
    guard suffix.contains(UInt8(ascii: "%")) else { return suffix }
    var decoded: [UInt8] = []
    var rest = suffix[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        decoded.append(byte)
        continue
      }
      guard let code = Integer(digits: rest.prefix(2), radix: 16)?.int else { return nil }
      decoded.append(codePoint: UInt32(truncatingIfNeeded: code))
      rest = rest.dropFirst(2)
    }
    return decoded
  }

  private mutating func parseCollection(
    _ form: Form, _ properties: Properties, at start: Mark
  ) throws(YAMLError) {
    depth += 1
    guard depth <= limits.depth else {
      throw YAMLError(.limit, "more than \(limits.depth) lists and maps in each other", at: start.position)
    }
    let standard: Tag = form.kind == .sequence ? .seq : .map
    let element = Composition.Element(kind: form.kind, tag: tag(of: properties, or: standard), mark: start)
    let index = append(element, properties)
    switch form {
    case .indentlessSequence: try parseIndentlessSequence()
    case .blockSequence: try parseBlockSequence()
    case .blockMapping: try parseBlockMapping()
    case .flowSequence: try parseFlowSequence()
    case .flowMapping: try parseFlowMapping()
    case .singlePair: try parseSinglePair()
    }
    composition.elements[index].end = Int32(truncatingIfNeeded: composition.elements.count)
    depth -= 1
  }

  /// A pair in a list in brackets, which is a map without braces: `[a: 1]`.
  mutating func parseImpliedMapping() throws(YAMLError) {
    try parseCollection(.singlePair, Properties(), at: try scanner.next().start)
  }

  private func tag(of properties: Properties, or standard: Tag) -> Tag {
    properties.isImplicit ? standard : properties.tag.map { Tag(name: $0) } ?? standard
  }

  private mutating func appendScalar(_ token: Token, _ properties: Properties, at start: Mark) {
    var element = Composition.Element(kind: .scalar, tag: .str, mark: start, text: token.text)
    if properties.tag != nil ? properties.isImplicit : token.kind == .plainScalar {
      element.tag = implicitTag(of: scanner.bytes(of: token.text), isVersion11: scanner.isVersion11)
    } else {
      element.tag = tag(of: properties, or: .str)
    }
    append(element, properties)
  }

  /// Appends a value that is not written.
  mutating func appendEmpty(at mark: Mark) {
    composition.elements.append(Composition.Element(kind: .scalar, tag: .null, mark: mark))
  }

  @discardableResult
  private mutating func append(_ element: Composition.Element, _ properties: Properties) -> Int {
    let index = composition.elements.count
    composition.elements.append(element)
    if let anchor = properties.anchor {
      composition.elements[index].isShared = true
      // A name may be given twice: an alias stands for the last one before it.
      anchors[Text(utf8: scanner.bytes(of: anchor))] = index
    }
    if element.tag == .unknown { composition.unknownTags[index] = properties.tag ?? [] }
    return index
  }
}
