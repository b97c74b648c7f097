/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
public enum HTTPDate {
  /// The seconds since 1970; `nil` for anything else, the two obsolete forms among it.
  public static func seconds(_ text: String) -> Int64? {
    let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 6, parts[5].elementsEqual("GMT".utf8), let day = number(parts[1], digits: 2),
      let month = months.firstIndex(where: { parts[2].elementsEqual($0.utf8) }),
      let year = number(parts[3], digits: 4), (1...31).contains(day)
    else { return nil }
    let clock = parts[4].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { number($0, digits: 2) }
    guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
      hour < 24, minute < 60, second < 61
    else { return nil }
    return ((days(year: year, month: month + 1, day: day) * 24 + hour) * 60 + minute) * 60 + second
  }

  /// Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that a leap day is last.
  private static func days(year: Int64, month: Int, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let inYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let leaps = shifted >= 0 ? shifted / 4 - shifted / 100 + shifted / 400 : -1
    return shifted * 365 + leaps + inYear - 719_468
  }

  private static func number(_ digits: Substring.UTF8View.SubSequence, digits count: Int) -> Int64? {
    guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
