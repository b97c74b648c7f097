/// What one step of a pattern takes: a unit is a code point in DVC's dialect and a byte in Git's.
enum UnitSet {
  /// Exactly this unit.
  case unit(UInt32)
  /// Every unit.
  case any
  /// Every unit but this one: `[^/]`, or Python's `.` without `DOTALL`.
  case anyBut(UInt32)
  /// The units of a bracket expression.
  case ranges([ClosedRange<UInt32>], negated: Bool)

  /// The path separator.
  static let slash = UnitSet.unit(Unit.slash)
  /// What `*` and `?` take.
  static let notSlash = UnitSet.anyBut(Unit.slash)
  /// A set without members, which `[z-a]` is for Git.
  static let none = UnitSet.ranges([], negated: false)

  /// Whether it takes the unit.
  func contains(_ unit: UInt32) -> Bool {
    switch self {
    case .unit(let only): unit == only
    case .any: true
    case .anyBut(let excluded): unit != excluded
    case .ranges(let ranges, let negated): ranges.contains { $0.contains(unit) } != negated
    }
  }

  /// The set that takes an ASCII letter in either case when it takes one of them, as Python's
  /// `re.IGNORECASE` has it for bytes: a negated set is negated afterwards.
  var ignoringCase: UnitSet {
    switch self {
    case .any, .anyBut: return self
    case .unit(let unit):
      let other = Unit.swappingCase(unit)
      return other == unit ? self : .ranges([unit...unit, other...other], negated: false)
    case .ranges(let ranges, let negated):
      let letters = (UInt32(0x41)...0x5A).filter { letter in
        ranges.contains { $0.contains(letter) || $0.contains(letter + 0x20) }
      }
      return .ranges(
        ranges + letters.flatMap { [$0...$0, ($0 + 0x20)...($0 + 0x20)] }, negated: negated)
    }
  }
}

/// The units that patterns give a meaning.
enum Unit {
  static let slash = UInt32(UInt8(ascii: "/"))
  static let backslash = UInt32(UInt8(ascii: "\\"))
  static let star = UInt32(UInt8(ascii: "*"))
  static let question = UInt32(UInt8(ascii: "?"))
  static let open = UInt32(UInt8(ascii: "["))
  static let close = UInt32(UInt8(ascii: "]"))
  static let bang = UInt32(UInt8(ascii: "!"))
  static let caret = UInt32(UInt8(ascii: "^"))
  static let hash = UInt32(UInt8(ascii: "#"))
  static let hyphen = UInt32(UInt8(ascii: "-"))
  static let colon = UInt32(UInt8(ascii: ":"))
  static let newline = UInt32(UInt8(ascii: "\n"))

  /// An ASCII letter in the other case; anything else as it is.
  static func swappingCase(_ unit: UInt32) -> UInt32 {
    switch unit {
    case 0x41...0x5A: unit + 0x20
    case 0x61...0x7A: unit - 0x20
    default: unit
    }
  }
}
