import Values

// MARK: - Blocks

extension Parser {
  mutating func parseBlockSequence() throws(YAMLError) {
    let start = try scanner.take().start
    while try scanner.nextKind() == .blockEntry {
      let token = try scanner.take()
      switch try scanner.nextKind() {
      case .blockEntry, .blockEnd: appendEmpty(at: token.end)
      default: try parseNode(.block)
      }
    }
    try takeBlockEnd(of: "list", from: start)
  }

  /// A list in the column of the key that it belongs to.
  mutating func parseIndentlessSequence() throws(YAMLError) {
    while try scanner.nextKind() == .blockEntry {
      let token = try scanner.take()
      switch try scanner.nextKind() {
      case .blockEntry, .key, .value, .blockEnd: appendEmpty(at: token.end)
      default: try parseNode(.block)
      }
    }
  }

  mutating func parseBlockMapping() throws(YAMLError) {
    let start = try scanner.take().start
    while true {
      let kind = try scanner.nextKind()
      if kind == .key {
        let token = try scanner.take()
        try parseBlockPart(after: token)
      } else if kind == .value, !scanner.isVersion11 {
        appendEmpty(at: try scanner.next().start)
      } else {
        return try takeBlockEnd(of: "map", from: start)
      }
      if try scanner.nextKind() == .value {
        let token = try scanner.take()
        try parseBlockPart(after: token)
      } else {
        appendEmpty(at: try scanner.next().start)
      }
    }
  }

  private mutating func parseBlockPart(after token: Token) throws(YAMLError) {
    switch try scanner.nextKind() {
    case .key, .value, .blockEnd: appendEmpty(at: token.end)
    default: try parseNode(.blockValue)
    }
  }

  private mutating func takeBlockEnd(of what: String, from start: Mark) throws(YAMLError) {
    let token = try scanner.next()
    guard token.kind == .blockEnd else {
      throw failure(
        "\(token.kind.name) cannot stand here, in the \(what) that begins in line \(start.line + 1)",
        at: token.start)
    }
    _ = try scanner.take()
  }
}

// MARK: - Brackets

extension Parser {
  mutating func parseFlowSequence() throws(YAMLError) {
    let start = try scanner.take().start
    var isFirst = true
    while try scanner.nextKind() != .flowSequenceEnd {
      if !isFirst { try takeFlowEntry(or: .flowSequenceEnd, from: start) }
      isFirst = false
      switch try scanner.nextKind() {
      case .key: try parseImpliedMapping()
      case .flowSequenceEnd: break
      default: try parseNode(.flow)
      }
    }
    _ = try scanner.take()
  }

  mutating func parseSinglePair() throws(YAMLError) {
    let key = try scanner.take()
    try parseFlowPart(after: key, or: .flowSequenceEnd, orValue: true)
    try parseFlowValue(or: .flowSequenceEnd)
  }

  mutating func parseFlowMapping() throws(YAMLError) {
    let start = try scanner.take().start
    var isFirst = true
    while try scanner.nextKind() != .flowMappingEnd {
      if !isFirst { try takeFlowEntry(or: .flowMappingEnd, from: start) }
      isFirst = false
      switch try scanner.nextKind() {
      case .key:
        let key = try scanner.take()
        try parseFlowPart(after: key, or: .flowMappingEnd, orValue: true)
        try parseFlowValue(or: .flowMappingEnd)
      case .value where !scanner.isVersion11:
        appendEmpty(at: try scanner.next().end)
        try parseFlowValue(or: .flowMappingEnd)
      case .flowMappingEnd: break
      default:
        try parseNode(.flow)
        appendEmpty(at: try scanner.next().start)
      }
    }
    _ = try scanner.take()
  }

  private mutating func parseFlowValue(or end: Token.Kind) throws(YAMLError) {
    if try scanner.nextKind() == .value {
      let token = try scanner.take()
      try parseFlowPart(after: token, or: end, orValue: false)
    } else {
      appendEmpty(at: try scanner.next().start)
    }
  }

  /// What stands after `?` or `:`, which may be nothing.
  private mutating func parseFlowPart(
    after token: Token, or end: Token.Kind, orValue: Bool
  ) throws(YAMLError) {
    let kind = try scanner.nextKind()
    if kind == end || kind == .flowEntry || orValue && kind == .value {
      appendEmpty(at: token.end)
    } else {
      try parseNode(.flow)
    }
  }

  private mutating func takeFlowEntry(or end: Token.Kind, from start: Mark) throws(YAMLError) {
    let token = try scanner.next()
    guard token.kind == .flowEntry else {
      throw failure(
        "expected ',' or \(end.name), found \(token.kind.name); the bracket opens in line \(start.line + 1)",
        at: token.start)
    }
    _ = try scanner.take()
  }
}
