import Platform

/// What a checkout does to a file's bytes and `git add` undoes (gitattributes(5), convert.c of Git 2.39).
struct Conversion: Hashable, Sendable {
  /// How line ends are treated.
  enum LineEnds: UInt8, Hashable, Sendable {
    /// Never changed.
    case binary
    /// Text, with LF in the work tree.
    case lineFeed
    /// Text, with CRLF in the work tree.
    case carriageReturn
    /// With LF in the work tree, when it is text by its bytes.
    case guessedLineFeed
    /// With CRLF in the work tree, when it is text by its bytes.
    case guessedCarriageReturn

    var isGuessed: Bool { self == .guessedLineFeed || self == .guessedCarriageReturn }
    var hasCarriageReturn: Bool { self == .carriageReturn || self == .guessedCarriageReturn }
  }

  /// A program that changes content.
  enum Filter: Hashable, Sendable {
    case none
    /// Git LFS, whose pointers are resolved without running it.
    case lfs
    /// Any other driver, which is not run.
    case driver([UInt8])
  }

  var lineEnds = LineEnds.binary
  var expandsIdent = false
  /// The encoding in the work tree when it is not UTF-8.
  var encoding: [UInt8]?
  var filter = Filter.none
  /// Whether Git guesses line ends of a file without being told which ones it shall have.
  var guessesFreely = false

  /// Whether Git converts while it writes the file, and not in memory before (convert.c, `classify_conv_attrs`).
  var isStreamed: Bool { encoding == nil && !guessesFreely && lineEnds != .guessedCarriageReturn }

  /// Whether content in the work tree is the object's.
  var isIdentity: Bool {
    lineEnds == .binary && !expandsIdent && encoding == nil && filter == .none
  }

  /// Bytes that are the same for the same conversion, for a cache of what conversions give.
  var tag: [UInt8] {
    var tag: [UInt8] = [
      lineEnds.rawValue, expandsIdent ? isStreamed ? 2 : 1 : 0, filter == .lfs ? 1 : 0,
    ]
    if let encoding { tag += encoding }
    return isIdentity ? [] : tag
  }
}

/// The configuration that conversions depend on.
struct ConversionSettings: Hashable, Sendable {
  /// `core.autocrlf`.
  enum Automatic: Hashable, Sendable { case off, on, input }

  let automatic: Automatic
  /// Whether text gets CRLF where only `text` is said: `core.autocrlf`, then `core.eol`.
  let textHasCarriageReturn: Bool
  /// Filter drivers by which a checkout changes a file. Git checks out what names any other as it is stored.
  let changingDrivers: Set<[UInt8]>

  init(_ configuration: Configuration) {
    if configuration["core.autocrlf"].map({ $0.text.lowercased() }) == "input" {
      automatic = .input
    } else {
      automatic = configuration.boolean("core.autocrlf") == true ? .on : .off
    }
    textHasCarriageReturn =
      automatic == .on
      || (automatic == .off && configuration["core.eol"].map { $0.text.lowercased() } == "crlf")
    changingDrivers = Self.changingDrivers(configuration)
  }

  /// The conversion of a file of which attributes say this.
  func conversion(_ states: [[UInt8]: Attributes.State]) -> Conversion {
    var conversion = Conversion()
    conversion.lineEnds = lineEnds(states)
    conversion.guessesFreely =
      conversion.lineEnds.isGuessed && states[Self.text] == .value(Array("auto".utf8))
      && ![Array("lf".utf8), Array("crlf".utf8)].map(Attributes.State.value).contains(states[Self.eol])
    conversion.expandsIdent = states[Self.ident] == .set
    if case .value(let name)? = states[Self.encoding], !name.isEmpty, !Self.isUTF8(name) {
      conversion.encoding = name
    }
    if case .value(let name)? = states[Self.filter] {
      if name == Array("lfs".utf8) {
        conversion.filter = .lfs
      } else if changingDrivers.contains(name) {
        conversion.filter = .driver(name)
      }
    }
    return conversion
  }

  private func lineEnds(_ states: [[UInt8]: Attributes.State]) -> Conversion.LineEnds {
    var isText = Self.text(states[Self.text])
    if isText == nil { isText = Self.text(states[Self.crlf]) }
    if isText == .no { return .binary }
    let eol: [UInt8]? = if case .value(let value)? = states[Self.eol] { value } else { nil }
    let hasCarriageReturn: Bool? =
      switch eol {
      case Array("crlf".utf8): true
      case Array("lf".utf8): false
      default: nil
      }
    switch (isText, hasCarriageReturn) {
    case (.guessed, let known):
      return known ?? textHasCarriageReturn ? .guessedCarriageReturn : .guessedLineFeed
    case (_, let known?): return known ? .carriageReturn : .lineFeed
    case (.yes, nil): return textHasCarriageReturn ? .carriageReturn : .lineFeed
    case (.input, nil): return .lineFeed
    case (_, nil):
      return switch automatic {
      case .off: .binary
      case .on: .guessedCarriageReturn
      case .input: .guessedLineFeed
      }
    }
  }

  private enum Text { case yes, no, input, guessed }

  private static func text(_ state: Attributes.State?) -> Text? {
    switch state {
    case .set: .yes
    case .unset: .no
    case .value(let value) where value == Array("input".utf8): .input
    case .value(let value) where value == Array("auto".utf8): .guessed
    default: nil
    }
  }

  /// nbstripout and its like only have a `clean` side: what is committed is what is checked out.
  private static func changingDrivers(_ configuration: Configuration) -> Set<[UInt8]> {
    var drivers: Set<[UInt8]> = []
    for (key, value) in configuration.entries where key.starts(with: Array("filter.".utf8)) {
      guard let dot = key.lastIndex(of: UInt8(ascii: ".")), dot > 6 else { continue }
      let changes =
        switch String(decoding: key[(dot + 1)...], as: UTF8.self) {
        case "smudge": !["", "cat"].contains((value ?? []).text)
        case "process": value?.isEmpty == false
        default: false
        }
      if changes { drivers.insert(Array(key[7..<dot])) }
    }
    return drivers
  }

  private static func isUTF8(_ name: [UInt8]) -> Bool { ["utf-8", "utf8"].contains(name.text.lowercased()) }

  private static let text = Array("text".utf8)
  private static let crlf = Array("crlf".utf8)
  private static let eol = Array("eol".utf8)
  private static let ident = Array("ident".utf8)
  private static let filter = Array("filter".utf8)
  private static let encoding = Array("working-tree-encoding".utf8)
}
