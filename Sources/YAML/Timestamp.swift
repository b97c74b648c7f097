import Values

/// The parts of a date, or of a date and time, as they are written.
struct Timestamp {
  var year = 0
  var month = 0
  var day = 0
  /// Whether month and day have two digits, as a date alone must have to be one without a tag.
  var isPadded = false
  var time: (hour: Int, minute: Int, second: Int)?
  var fraction: ArraySlice<UInt8> = []
  var zone = Zone.none

  enum Zone {
    case none
    /// The offset from UTC in minutes.
    case offset(Int)
  }
}

extension Pattern {
  /// Whether a scalar without quotes is a date or a time.
  var isTimestamp: Bool {
    guard text.count >= 8, text[text.startIndex + 4] == UInt8(ascii: "-") else { return false }
    guard let timestamp else { return false }
    return timestamp.time != nil || timestamp.isPadded
  }

  /// The date or time that the text is (ruamel.yaml 0.19, `util.py`).
  var timestamp: Timestamp? {
    var pattern = self
    pattern.restart()
    return pattern.takeTimestamp()
  }

  private mutating func takeTimestamp() -> Timestamp? {
    var timestamp = Timestamp()
    guard let year = takeNumber(4...4), take("-"), let month = takeNumber(1...2), take("-") else {
      return nil
    }
    let dayStart = mark
    guard let day = takeNumber(1...2) else { return nil }
    (timestamp.year, timestamp.month, timestamp.day) = (year, month, day)
    timestamp.isPadded = mark - dayStart == 2 && mark - text.startIndex == 10
    if isAtEnd { return timestamp }
    guard take("Tt") || takeBlanks() > 0 else { return nil }
    guard let hour = takeNumber(1...2), take(":"), let minute = takeNumber(2...2), take(":"),
      let second = takeNumber(2...2)
    else { return nil }
    timestamp.time = (hour, minute, second)
    if take(".") {
      let start = mark
      _ = takeDigits()
      timestamp.fraction = slice(from: start)
    }
    if isAtEnd { return timestamp }
    _ = takeBlanks()
    guard let zone = takeZone(), isAtEnd else { return nil }
    timestamp.zone = zone
    return timestamp
  }

  private mutating func takeZone() -> Timestamp.Zone? {
    if take("Z") { return .offset(0) }
    let isNegative = next == UInt8(ascii: "-")
    guard take("+-"), let hours = takeNumber(1...2) else { return nil }
    var minutes = 0
    if take(":") {
      guard let number = takeNumber(2...2) else { return nil }
      minutes = number
    }
    let offset = hours * 60 + minutes
    return .offset(isNegative ? -offset : offset)
  }

  private mutating func takeBlanks() -> Int { takeWhile { $0 == 0x20 || $0 == 0x09 } }

  private mutating func takeNumber(_ lengths: ClosedRange<Int>) -> Int? {
    let start = mark
    guard lengths.contains(takeDigits(upTo: lengths.upperBound)) else { return nil }
    return slice(from: start).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
  }
}

extension Temporal {
  /// The value Python makes of the parts; `nil` where it finds no such day, time or zone.
  init?(_ timestamp: Timestamp) {
    guard (1...9999).contains(timestamp.year), (1...12).contains(timestamp.month), timestamp.day >= 1,
      timestamp.day <= Self.days(inMonth: timestamp.month, of: timestamp.year)
    else { return nil }
    let day = Self.dayNumber(timestamp.year, timestamp.month, timestamp.day)
    guard let (hour, minute, second) = timestamp.time else {
      let date = Text(Self.date(day))
      self.init(kind: .date, canonical: date, display: date)
      return
    }
    guard hour < 24, minute < 60, second < 60 else { return nil }
    let (microseconds, carry) = Self.microseconds(timestamp.fraction)
    let seconds = day * 86400 + hour * 3600 + minute * 60 + second + carry
    guard Self.year(ofDay: seconds / 86400) <= 9999 else { return nil }
    let display = Self.dateTime(seconds, microseconds, separator: " ", isFull: false)
    switch timestamp.zone {
    case .none:
      let canonical = Self.dateTime(seconds, microseconds, separator: "T", isFull: true)
      self.init(kind: .naiveDateTime, canonical: Text(canonical), display: Text(display))
    case .offset(let minutes):
      // A zone of Python is less than a day away from UTC.
      guard minutes.magnitude < 1440 else { return nil }
      let canonical = Self.dateTime(seconds - minutes * 60, microseconds, separator: "T", isFull: true)
      let zone =
        (minutes < 0 ? "-" : "+") + Self.padded(Int(minutes.magnitude) / 60, 2) + ":"
        + Self.padded(Int(minutes.magnitude) % 60, 2)
      self.init(kind: .awareDateTime, canonical: Text(canonical + "+00:00"), display: Text(display + zone))
    }
  }

  /// Six digits of the fraction, the seventh rounding them; the second that this may carry.
  private static func microseconds(_ fraction: ArraySlice<UInt8>) -> (Int, carry: Int) {
    let digits = fraction.map { Int($0 - UInt8(ascii: "0")) }
    var value = (0..<6).reduce(0) { $0 * 10 + ($1 < digits.count ? digits[$1] : 0) }
    if digits.count > 6, digits[6] > 4 { value += 1 }
    return value > 999_999 ? (0, 1) : (value, 0)
  }

  private static func dateTime(_ seconds: Int, _ microseconds: Int, separator: String, isFull: Bool) -> String
  {
    // An instant in UTC may lie before the first day; its spelling is only compared.
    let day = seconds >= 0 ? seconds / 86400 : -((-seconds + 86399) / 86400)
    let rest = seconds - day * 86400
    let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { padded($0, 2) }.joined(separator: ":")
    let fraction = isFull || microseconds > 0 ? "." + padded(microseconds, 6) : ""
    return date(day) + separator + clock + fraction
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The number of days since 0000-03-01 of the proleptic Gregorian calendar.
  private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let (shiftedYear, shiftedMonth) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
    let leapDays = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
    return shiftedYear * 365 + leapDays + (shiftedMonth * 153 + 2) / 5 + day - 1
  }

  private static func year(ofDay day: Int) -> Int { civil(day).year }

  private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
    let cycle = day >= 0 ? day / 146_097 : -((-day + 146_096) / 146_097)
    let rest = day - cycle * 146_097
    let yearOfCycle = (rest - rest / 1460 + rest / 36524 - rest / 146_096) / 365
    let dayOfYear = rest - (yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100)
    let shiftedMonth = (dayOfYear * 5 + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (shiftedMonth * 153 + 2) / 5 + 1)
  }

  private static func date(_ day: Int) -> String {
    let (year, month, day) = civil(day)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}
