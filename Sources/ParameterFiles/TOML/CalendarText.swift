import Values

/// A date, a time, or both, as RFC 3339 and TOML write them. What Python's `datetime` cannot hold is none:
/// the year 0, the second 60, the 30th of February.
struct CalendarText {
  private let text: ArraySlice<UInt8>

  init(_ text: ArraySlice<UInt8>) { self.text = text }

  /// `2024-01-31`.
  var date: Temporal? {
    guard text.count == 10, let day = Day(text) else { return nil }
    return Temporal(kind: .date, canonical: day.text, display: day.text)
  }

  /// `07:32`, `07:32:00` or `07:32:00.999`.
  var time: Temporal? {
    var rest = text
    guard let time = Time(&rest), rest.isEmpty else { return nil }
    return Temporal(kind: .time, canonical: time.canonical, display: time.display)
  }

  /// A date and a time, with an offset from UTC or without.
  var dateTime: Temporal? {
    guard text.count > 11, let day = Day(text.prefix(10)) else { return nil }
    var rest = text.dropFirst(10)
    guard let separator = rest.popFirst(), "Tt ".utf8.contains(separator), let time = Time(&rest) else {
      return nil
    }
    let display = day.text + " " + time.display
    guard !rest.isEmpty else {
      return Temporal(kind: .naiveDateTime, canonical: day.text + "T" + time.canonical, display: display)
    }
    guard let offset = Self.offset(rest) else { return nil }
    var seconds = time.seconds - offset
    let carried = Day(number: day.number + (seconds < 0 ? -1 : seconds >= 86_400 ? 1 : 0))
    seconds = (seconds + 86_400) % 86_400
    let utc = Time(seconds: seconds, microseconds: time.microseconds)
    let sign: Text = offset < 0 ? "-" : "+"
    let minutes = Int(offset.magnitude) / 60
    return Temporal(
      kind: .awareDateTime, canonical: carried.text + "T" + utc.canonical + "+00:00",
      display: display + sign + .padded(minutes / 60, 2) + ":" + .padded(minutes % 60, 2))
  }

  /// The seconds east of UTC of `Z`, `+01:00` or `-23:59`.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
    if text.count == 1, let zone = text.first { return zone | 0x20 == UInt8(ascii: "z") ? 0 : nil }
    var rest = text.dropFirst()
    guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), rest.count == 5,
      let hours = rest.takeNumber(2, upTo: 23), rest.popFirst() == UInt8(ascii: ":"),
      let minutes = rest.takeNumber(2, upTo: 59)
    else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
  }
}

/// A day of the proleptic Gregorian calendar.
private struct Day {
  let year: Int
  let month: Int
  let day: Int

  init?(_ text: ArraySlice<UInt8>) {
    var rest = text
    guard let year = rest.takeNumber(4, upTo: 9999), rest.popFirst() == UInt8(ascii: "-"),
      let month = rest.takeNumber(2, upTo: 12), rest.popFirst() == UInt8(ascii: "-"),
      let day = rest.takeNumber(2, upTo: 31), rest.isEmpty, year > 0, month > 0, day > 0
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
    guard Day(number: number).day == day else { return nil }
  }

  /// Days since the 1st of March of the year 0. Counting years from March puts the leap day last.
  var number: Int {
    let marchYear = month > 2 ? year : year - 1
    let marchMonth = (month + 9) % 12
    return 365 * marchYear + marchYear.dividedDown(by: 4) - marchYear.dividedDown(by: 100)
      + marchYear.dividedDown(by: 400) + (153 * marchMonth + 2) / 5 + day - 1
  }

  init(number: Int) {
    let era = number.dividedDown(by: 146_097)
    let dayOfEra = number - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var text: Text { .padded(year, 4) + "-" + .padded(month, 2) + "-" + .padded(day, 2) }
}

private struct Time {
  let seconds: Int
  let microseconds: Int

  init(seconds: Int, microseconds: Int) {
    self.seconds = seconds
    self.microseconds = microseconds
  }

  /// Takes a time from the beginning of `rest`.
  init?(_ rest: inout ArraySlice<UInt8>) {
    guard let hours = rest.takeNumber(2, upTo: 23), rest.popFirst() == UInt8(ascii: ":"),
      let minutes = rest.takeNumber(2, upTo: 59)
    else { return nil }
    var seconds = 0
    var microseconds = 0
    if rest.first == UInt8(ascii: ":") {
      rest.removeFirst()
      guard let value = rest.takeNumber(2, upTo: 59) else { return nil }
      seconds = value
      if rest.first == UInt8(ascii: ".") {
        let fraction = rest.dropFirst().prefix(while: \.isASCIIDigit)
        guard !fraction.isEmpty else { return nil }
        rest = rest[fraction.endIndex...]
        var digits = ArraySlice(
          fraction.prefix(6) + repeatElement(UInt8(ascii: "0"), count: max(0, 6 - fraction.count)))
        microseconds = digits.takeNumber(6, upTo: 999_999) ?? 0
      }
    }
    self.init(seconds: hours * 3600 + minutes * 60 + seconds, microseconds: microseconds)
  }

  private var whole: Text {
    .padded(seconds / 3600, 2) + ":" + .padded(seconds / 60 % 60, 2) + ":" + .padded(seconds % 60, 2)
  }
  private var fraction: Text { "." + .padded(microseconds, 6) }
  var canonical: Text { whole + fraction }
  var display: Text { microseconds == 0 ? whole : canonical }
}

extension ArraySlice<UInt8> {
  /// Takes a number of exactly `count` digits, if it is at most `limit`.
  fileprivate mutating func takeNumber(_ count: Int, upTo limit: Int) -> Int? {
    let digits = prefix(count)
    guard digits.count == count, digits.allSatisfy(\.isASCIIDigit) else { return nil }
    let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    guard number <= limit else { return nil }
    removeFirst(count)
    return number
  }
}

extension Int {
  fileprivate func dividedDown(by divisor: Int) -> Int {
    self >= 0 ? self / divisor : -((divisor - 1 - self) / divisor)
  }
}

extension Text {
  fileprivate static func padded(_ number: Int, _ width: Int) -> Text {
    let digits = String(number)
    return Text(String(repeating: "0", count: max(0, width - digits.count)) + digits)
  }
}
