import Platform

/// A second of the wall clock in UTC, as the protocols of the clouds write it.
struct Moment: Hashable, Comparable {
  /// Seconds since 1970.
  let seconds: Int64

  /// Some second since 1970.
  init(seconds: Int64) { self.seconds = seconds }

  /// The present second.
  static var now: Moment { Moment(seconds: SystemClock.wallNanoseconds / 1_000_000_000) }

  static func < (left: Moment, right: Moment) -> Bool { left.seconds < right.seconds }

  /// The moment so many seconds later.
  func advanced(by seconds: Int64) -> Moment { Moment(seconds: self.seconds &+ seconds) }

  /// `20130524`.
  var day: String {
    let date = date
    return Self.pad(date.year, 4) + Self.pad(date.month, 2) + Self.pad(date.day, 2)
  }

  /// `20130524T000000Z`.
  var basic: String { day + "T" + clock(separator: "") + "Z" }

  /// `Fri, 24 May 2013 00:00:00 GMT`: the date of HTTP (RFC 9110).
  var http: String {
    let date = date
    let name = Self.days[Int(Self.remainder(dayNumber &+ 4, 7))]
    let month = Self.months[Int(date.month) - 1]
    return "\(name), \(Self.pad(date.day, 2)) \(month) \(Self.pad(date.year, 4)) \(clock(separator: ":")) GMT"
  }

  /// The moment of `2013-05-24T00:00:00Z`, with or without a fraction or `+00:00`; `nil` for another form.
  init?(iso text: String) {
    let halves = text.split(separator: "T")
    guard halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "-")
    guard date.count == 3, let year = Int64(date[0]), let month = Int64(date[1]), let day = Int64(date[2]),
      halves[1].hasSuffix("Z") || halves[1].hasSuffix("+00:00")
    else { return nil }
    self.init(year: year, month: month, day: day, clock: halves[1].prefix(8))
  }

  private init?(year: Int64, month: Int64, day: Int64, clock: Substring) {
    let parts = clock.split(separator: ":").map { Int64($0) }
    guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
      (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    // Days since 1970 in the Gregorian calendar, the year beginning in March so that a leap day is its last.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    seconds = days * 86_400 + hour * 3600 + minute * 60 + second
  }

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private var dayNumber: Int64 { (seconds - Self.remainder(seconds, 86_400)) / 86_400 }

  /// The date of the Gregorian calendar, by eras of 400 years that begin in March.
  private var date: (year: Int64, month: Int64, day: Int64) {
    let days = dayNumber &+ 719_468
    let dayOfEra = Self.remainder(days, 146_097)
    let era = (days - dayOfEra) / 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
    )
  }

  private func clock(separator: String) -> String {
    let second = Self.remainder(seconds, 86_400)
    return [second / 3600, second / 60 % 60, second % 60].map { Self.pad($0, 2) }
      .joined(separator: separator)
  }

  private static func remainder(_ value: Int64, _ divisor: Int64) -> Int64 {
    let rest = value % divisor
    return rest < 0 ? rest + divisor : rest
  }

  private static func pad(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
