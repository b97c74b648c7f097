import HTTP
import Testing

@Suite("HTTP dates")
struct HTTPDateTests {
  @Test(
    "A moment is counted from 1970",
    arguments: [
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
      ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
      ("Wed, 31 Dec 1969 23:59:59 GMT", -1), ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
    ] as [(String, Int64)])
  func moments(_ text: String, _ seconds: Int64) { #expect(HTTPDate.seconds(text) == seconds) }

  @Test(
    "Anything else is no moment",
    arguments: [
      "", "now", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
      "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Noe 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
    ])
  func others(_ text: String) { #expect(HTTPDate.seconds(text) == nil) }
}
