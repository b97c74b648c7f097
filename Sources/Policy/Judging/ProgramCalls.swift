import Trees
import Values

/// What calls of a program do with a file. An expression is where something stands for the file in the code: a literal, or
/// what is made of one.
extension ProgramText {
  /// What `open` is told to do with a file.
  enum Access {
    case reading, writing, unknown

    /// What a mode says, as C and Python have it.
    fileprivate init(mode: [UInt8]) {
      guard !mode.isEmpty, mode.count < 5, mode.allSatisfy({ "rwxabtU+".utf8.contains($0) }) else {
        self = .unknown
        return
      }
      self = mode.contains { "wxa".utf8.contains($0) } ? .writing : .reading
    }
  }

  /// Where the bracket is of the call that an expression is the whole first argument of.
  func call(on expression: Range<Int>) -> Int? {
    let bracket = expression.lowerBound - 1
    return byte(at: bracket) == UInt8(ascii: "(") && endsArgument(at: expression.upperBound) ? bracket : nil
  }

  /// Whether an argument of a call ends at a place.
  func endsArgument(at place: Int) -> Bool {
    byte(at: place) == UInt8(ascii: ",") || byte(at: place) == UInt8(ascii: ")")
  }

  /// Whether what is called at a bracket is one of these: a function, whatever module it is of, or with a point before it a
  /// method.
  func calls(_ names: [Text], at bracket: Int) -> Bool {
    names.contains { name in
      let start = bracket - name.utf8.count
      guard start >= 0, code[start..<bracket].elementsEqual(name.utf8) else { return false }
      return name.utf8.first?.isOfName != true || byte(at: start - 1)?.isOfName != true
    }
  }

  /// What a call of `open` does with the file that is its first argument.
  func access(opening expression: Range<Int>) -> Access {
    guard byte(at: expression.upperBound) == UInt8(ascii: ",") else { return .reading }
    let second = expression.upperBound + 1
    if byte(at: second) == UInt8(ascii: ")") { return .reading }
    if let mode = literal(at: second) {
      return endsArgument(at: second + 2) ? Access(mode: mode.value) : .unknown
    }
    let bracket = expression.lowerBound - 1
    for literal in literals(after: second).prefix(Self.mostArguments) where literal.bracket == bracket {
      if code[..<literal.place].hasSuffix(",mode=") { return Access(mode: literal.value) }
    }
    let argument = code[second...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ")") }
    return argument.contains(UInt8(ascii: "=")) && !argument.starts(with: "mode=".utf8) ? .reading : .unknown
  }

  private static let mostArguments = 8

  /// What a method `open` of an expression does, where it is called.
  func access(ofMethodOn expression: Range<Int>) -> Access? {
    let method = Array(".open(".utf8)
    guard code[expression.upperBound...].starts(with: method) else { return nil }
    let first = expression.upperBound + method.count
    if byte(at: first) == UInt8(ascii: ")") { return .reading }
    return literal(at: first).map { Access(mode: $0.value) } ?? .unknown
  }

  /// Where an expression is made a path: `pathlib.Path("…")`.
  func path(of expression: Range<Int>) -> Range<Int>? {
    guard let bracket = call(on: expression), calls(["Path"], at: bracket),
      byte(at: expression.upperBound) == UInt8(ascii: ")")
    else { return nil }
    let name = code[..<bracket].reversed().prefix(Self.longestName).prefix {
      $0.isOfName || $0 == UInt8(ascii: ".")
    }
    return bracket - name.count..<expression.upperBound + 1
  }

  private static let longestName = 64

  /// The byte of the code at a place; `nil` before and behind it.
  func byte(at place: Int) -> UInt8? { code.indices.contains(place) ? code[place] : nil }
}

extension ProgramText {
  /// Functions whose first argument is the file that they read.
  private static let readers: [Text] = [
    "load", "read_yaml", "read_text", "read_json", "read_toml", "load_yaml", "load_toml", "load_file",
    "read_params", "load_params", "read_config", "load_config", "fromJSON", "params_show",
  ]

  /// Whether the file that a literal names is read: by a call on it, on the path that is made of it, or on the variable
  /// that either is given to.
  func reads(_ literal: Literal) -> Bool {
    let text = literal.place..<literal.place + 2
    let path = path(of: text)
    return isRead(text) || path.map(isRead) == true || isReadAsVariable(path ?? text)
  }

  private func isRead(_ expression: Range<Int>) -> Bool {
    let after = code[expression.upperBound...]
    if after.starts(with: ".read_text(".utf8) || after.starts(with: ".read_bytes(".utf8) { return true }
    if access(ofMethodOn: expression) == .reading { return true }
    guard let bracket = call(on: expression) else { return false }
    if calls(["open"], at: bracket) { return access(opening: expression) == .reading }
    return calls(Self.readers, at: bracket)
  }

  /// Whether a variable is made of nothing but the expression, nothing else is given to it, and what it names is read.
  private func isReadAsVariable(_ expression: Range<Int>) -> Bool {
    let sign = expression.lowerBound - 1
    guard byte(at: sign) == UInt8(ascii: "="),
      [nil, UInt8(ascii: "\n"), UInt8(ascii: ";")].contains(byte(at: expression.upperBound))
    else { return false }
    let name = Text(
      utf8: code[..<sign].reversed().prefix(Self.longestName).prefix(while: \.isOfName).reversed())
    let start = sign - name.utf8.count
    guard !name.isEmpty, [nil, UInt8(ascii: "\n"), UInt8(ascii: ";")].contains(byte(at: start - 1)) else {
      return false
    }
    let text = Text(utf8: code)
    var isReadSomewhere = false
    var from = 0
    while let place = text.firstIndex(of: name, from: from) {
      let end = place + name.utf8.count
      from = end
      guard place != start, byte(at: place - 1)?.isOfName != true, byte(at: end)?.isOfName != true,
        byte(at: place - 1) != UInt8(ascii: ".")
      else { continue }
      let isNamedArgument = [UInt8(ascii: "("), UInt8(ascii: ",")].contains(byte(at: place - 1))
      if byte(at: end) == UInt8(ascii: "="), byte(at: end + 1) != UInt8(ascii: "="), !isNamedArgument {
        return false
      }
      if isRead(place..<end) { isReadSomewhere = true }
    }
    return isReadSomewhere
  }
}

extension ProgramText {
  /// Methods and functions whose first argument is the file that they write.
  private static let writers: [Text] = [
    ".to_csv", ".to_parquet", ".to_pickle", ".to_json", ".to_feather", ".to_hdf", ".to_excel", ".savefig",
    ".save", ".savez", ".savez_compressed", ".savetxt", ".save_model", ".write_csv", ".write_parquet",
    "imwrite",
  ]
  /// Those of which a later argument is the file.
  private static let lateWriters: [Text] = [
    ".dump", ".save", "write.csv", "write_csv", "saveRDS", "ggsave", "CSV.write",
  ]

  /// Whether it goes to another directory, so that a path says no more where a file is.
  var changesDirectory: Bool {
    code.indices.contains { code[$0] == UInt8(ascii: "(") && calls(["chdir", "setwd", "cd"], at: $0) }
  }

  /// Whether the file that a literal names is written.
  func writes(_ literal: Literal) -> Bool {
    let text = literal.place..<literal.place + 2
    if let path = path(of: text) {
      let after = code[path.upperBound...]
      return after.starts(with: ".write_text(".utf8) || after.starts(with: ".write_bytes(".utf8)
        || access(ofMethodOn: path) == .writing
    }
    if let bracket = call(on: text) {
      return calls(Self.writers, at: bracket)
        || calls(["open"], at: bracket) && access(opening: text) == .writing
    }
    guard let bracket = literal.bracket, byte(at: text.lowerBound - 1) == UInt8(ascii: ",") else {
      return false
    }
    return endsArgument(at: text.upperBound) && calls(Self.lateWriters, at: bracket)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
