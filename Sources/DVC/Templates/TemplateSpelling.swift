import Values

/// How DVC writes a value into a text (DVC 3.67, `to_str` in `dvc/parsing/interpolate.py`).
struct TemplateSpelling: Equatable {
  /// `parsing.bool = boolean_optional`: false becomes `--no-key`, not nothing.
  var writesFalseAsNo = false
  /// `parsing.list = append`: a list becomes `--key a --key b`, not `--key a b`.
  var repeatsKeyInLists = false

  /// The text of a value inside a larger text.
  func text(of value: Value) throws(TemplateError) -> Text {
    switch value {
    case .bool(let bool): bool ? "true" : "false"
    case .map(let map): try arguments(of: map)
    default: value.pythonString
    }
  }

  /// A map as command-line arguments, nested keys with dots.
  private func arguments(of map: Mapping) throws(TemplateError) -> Text {
    var result = Text(utf8: [])
    for (key, value) in Self.flatten(map, prefix: nil) {
      let option = Text("--") + key + " "
      switch value {
      case .bool(true): result += option
      case .bool(false): if writesFalseAsNo { result += Text("--no-") + key + " " }
      case .string(let text): result += option + text.shellQuoted + " "
      case .list(let list):
        for (index, element) in list.enumerated() {
          let word = try Self.word(of: element, key)
          result += index == 0 || repeatsKeyInLists ? option + word + " " : word + " "
        }
      case .bytes(let bytes):
        for (index, byte) in bytes.enumerated() {
          let word = Text(String(byte)) + " "
          result += index == 0 || repeatsKeyInLists ? option + word : word
        }
      case .map: continue
      default: result += option + value.pythonString + " "
      }
    }
    while result.utf8.last == UInt8(ascii: " ") { result.utf8.removeLast() }
    return result
  }

  private static func word(of element: Node, _ key: Text) throws(TemplateError) -> Text {
    switch element.value {
    case .string(let text): text.shellQuoted
    case .list, .map, .bytes:
      throw TemplateError("cannot interpolate a nested list in '\(key)'", at: element.position)
    default: element.value.pythonString
    }
  }

  private static func flatten(_ map: Mapping, prefix: Text?) -> [(Text, Value)] {
    map.entries.flatMap { entry -> [(Text, Value)] in
      guard let name = entry.key.text else { return [] }
      let key = prefix.map { $0 + "." + name } ?? name
      if case .map(let nested) = entry.value.value { return flatten(nested, prefix: key) }
      return [(key, entry.value.value)]
    }
  }
}

extension Text {
  /// The text as one word of a POSIX shell, as Python's `shlex.quote`.
  var shellQuoted: Text {
    let isSafe =
      !isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: Array("@%+=:,./-_".utf8).contains(byte)
        }
      }
    return isSafe ? self : Text("'") + replacing("'", with: "'\"'\"'") + "'"
  }
}
