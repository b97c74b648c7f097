import Values

/// A place in the text; both numbers count from 0.
struct Mark {
  var line: Int32
  var column: Int32

  var position: Position { Position(line: Int(line) + 1, column: Int(column) + 1) }
}

/// The bytes of a scalar or a name: in the document, where they stand there as they are, else in the buffer
/// of text that had to be put together (folded lines, escapes).
struct Excerpt {
  var start: Int32
  var end: Int32
  var isAssembled = false

  static let empty = Excerpt(start: 0, end: 0)
}

/// What the scanner makes of the text.
struct Token {
  enum Kind: UInt8 {
    case streamEnd, directive, documentStart, documentEnd
    case blockSequenceStart, blockMappingStart, blockEnd
    case flowSequenceStart, flowSequenceEnd, flowMappingStart, flowMappingEnd
    case blockEntry, flowEntry, key, value
    case alias, anchor, tag, plainScalar, quotedScalar
  }

  var kind: Kind
  var start: Mark
  var end: Mark
  /// The text of a scalar, or the name of an anchor or alias.
  var text = Excerpt.empty
  /// The place of a tag or directive in the scanner's list of them.
  var index: Int32 = 0
}

extension Token.Kind {
  /// The token in words, for messages.
  var name: String {
    switch self {
    case .streamEnd: "the end of the file"
    case .directive: "a directive"
    case .documentStart: "'---'"
    case .documentEnd: "'...'"
    case .blockSequenceStart, .blockEntry: "a list item"
    case .blockMappingStart, .key: "a key"
    case .blockEnd: "the end of a block"
    case .flowSequenceStart: "'['"
    case .flowSequenceEnd: "']'"
    case .flowMappingStart: "'{'"
    case .flowMappingEnd: "'}'"
    case .flowEntry: "','"
    case .value: "':'"
    case .alias: "an alias"
    case .anchor: "an anchor"
    case .tag: "a tag"
    case .plainScalar, .quotedScalar: "a value"
    }
  }
}

/// What stands on a `%` line.
enum Directive {
  case version
  case tag(handle: [UInt8], prefix: [UInt8])
  case unknown
}

/// A tag as it is written: `handle` (`!`, `!!`, `!name!`) before the suffix, or none when it is verbatim.
struct TagSpelling {
  var handle: [UInt8]?
  var suffix: [UInt8]
}

/// One of the characters that end a line.
enum LineBreak {
  case none, newline, lineSeparator, paragraphSeparator

  /// What it reads as.
  var text: [UInt8] {
    switch self {
    case .none: []
    case .newline: [0x0A]
    case .lineSeparator: [0xE2, 0x80, 0xA8]
    case .paragraphSeparator: [0xE2, 0x80, 0xA9]
    }
  }
}
