/// A day of the Gregorian calendar, in UTC.
public struct CalendarDay: Hashable, Sendable, CustomStringConvertible {
  /// The year.
  public let year: Int64
  /// The month, from 1.
  public let month: Int64
  /// The day of the month, from 1.
  public let day: Int64

  /// The day on which a moment falls, by the number of days since 0000-03-01: years that begin in March have
  /// the day of a leap year at their end.
  public init(secondsSince1970 seconds: Int64) {
    let days = Self.quotient(seconds, 86_400) + 719_468
    let era = Self.quotient(days, 146_097)
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  private static func quotient(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
  }

  /// `2026-12-31`.
  public var description: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
