import HTTP
import ParameterFiles
import Testing

@testable import Remotes

@Suite struct CloudTextTests {
  @Test("moments are written and read as the clouds have them")
  func moments() {
    let moment = Moment(seconds: 1_369_353_600)
    #expect(moment.basic == "20130524T000000Z")
    #expect(moment.day == "20130524")
    #expect(moment.http == "Fri, 24 May 2013 00:00:00 GMT")
    #expect(Moment(iso: "2013-05-24T00:00:00Z") == moment)
    #expect(Moment(iso: "2013-05-24T00:00:00.123+00:00") == moment)
    #expect(Moment(seconds: 951_782_400).day == "20000229")
    #expect(Moment(seconds: 4_107_542_399).http == "Sun, 28 Feb 2100 23:59:59 GMT")
    #expect(Moment(iso: "2100-03-01T00:00:00Z") == Moment(seconds: 4_107_542_400))
  }

  @Test(
    "what is no moment is none",
    arguments: [
      "", "T", "2013-05-24", "2013-13-24T00:00:00Z", "2013-05-24T25:00:00Z", "99999-05-24T00:00:00Z",
    ])
  func noMoment(_ text: String) { #expect(Moment(iso: text) == nil) }

  @Test("every moment of four centuries reads back as it was written")
  func everyDay() {
    for day in stride(from: Int64(0), to: 146_097, by: 17) {
      let moment = Moment(seconds: day * 86_400 + day % 86_400)
      let text = moment.basic
      func part(_ start: Int, _ count: Int) -> Substring { text.dropFirst(start).prefix(count) }
      let date = "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))"
      let iso = "\(date)T\(part(9, 2)):\(part(11, 2)):\(part(13, 2))Z"
      #expect(Moment(iso: iso) == moment)
      #expect(HTTPDate.seconds(moment.http) == moment.seconds)
    }
  }

  @Test("bytes in URLs: a slash stays in a path, and what is decoded is what was there")
  func percentEncoding() {
    let bytes = (0...255).map { UInt8($0) }
    #expect(PercentEncoding.path("a b/é~%".utf8) == "a%20b/%C3%A9~%25")
    #expect(PercentEncoding.component("a/b+c=") == "a%2Fb%2Bc%3D")
    #expect(PercentEncoding.decode(Array(PercentEncoding.component(bytes).utf8), plus: true) == bytes)
    #expect(PercentEncoding.decode(Array("a+b".utf8), plus: true) == Array("a b".utf8))
    #expect(PercentEncoding.decode(Array("a+b".utf8), plus: false) == Array("a+b".utf8))
    for broken in ["%", "%4", "%4g", "a%"] {
      #expect(PercentEncoding.decode(Array(broken.utf8), plus: false) == nil)
    }
  }

  @Test("words of a server stay on one line, and are not many")
  func serverWords() {
    #expect(ServerWords.tidy("a\n b\u{1B}[31m\tc") == "a b[31m c")
    #expect(ServerWords.tidy(String(repeating: "x", count: 5000)).count == 201)
  }

  @Test("words of a program's line")
  func shellWords() {
    #expect(
      ShellWords.split(#"/opt/x --a "b c" 'd "e' f\ g "h\"i\n""#) == [
        "/opt/x", "--a", "b c", #"d "e"#, "f g", #"h"i\n"#,
      ])
    #expect(ShellWords.split("a '' b") == ["a", "", "b"])
    #expect(ShellWords.split("a 'b") == nil)
    #expect(ShellWords.split("a \\") == nil)
  }

  @Test(
    "the URL of a bucket is cut as fsspec cuts it",
    arguments: [
      ("s3://b", "b", ""), ("s3://b/", "b", ""), ("s3://b/p", "b", "p/"), ("s3://b/p/", "b", "p/"),
      ("s3://b/p//", "b", "p//"), ("s3://b//p", "b", "/p/"), ("s3://b/p#x", "b", "p#x/"),
      ("s3://b/p?x=1", "b", "p/"), ("s3://u:w@b:80/x", "b", "x/"), ("s3://b/a%20b", "b", "a%20b/"),
      ("s3://b/a/../c", "b", "a/../c/"), ("s3://", "", ""), ("s3:///x", "", "x/"), ("s3://b/p#", "b", "p/"),
    ])
  func bucketURL(_ url: String, _ bucket: String, _ base: String) {
    let parts = BucketURL(url)
    #expect(parts.bucket == Array(bucket.utf8))
    #expect(parts.base == Array(base.utf8))
  }

  @Test("endpoints: the port is kept where it is not the scheme's own, the user goes")
  func endpoints() {
    #expect(Endpoint("http://127.0.0.1:5000/")?.description == "http://127.0.0.1:5000")
    #expect(Endpoint("HTTPS://Host:443/a/b//")?.description == "https://host/a/b")
    #expect(Endpoint("https://me:secret@host")?.description == "https://host")
    #expect(Endpoint("http://[::1]:90/x")?.authority == "[::1]:90")
    #expect(Endpoint("http://[::1]")?.isAddress == true)
    #expect(Endpoint("http://1.2.3.4")?.isAddress == true)
    #expect(Endpoint("http://1.2.3.4.com")?.isAddress == false)
    for broken in ["", "host", "ftp://host", "http://", "http://h:x", "http://h:99999", "http://a b"] {
      #expect(Endpoint(broken) == nil)
    }
  }

  @Test("a settings file as Python reads it")
  func settingsFile() throws {
    let text = """
      # a comment
      [default]
      Region = eu-central-1
      s3 =
        addressing_style = path
        ; no value
        max_concurrent_requests=5
      key: with = both
      long = one
       two
      [profile "a b"]
      x=1
      [empty]
      """
    let file = try SettingsFile(Array(text.utf8))
    #expect(file.sections["default"]?["region"] == "eu-central-1")
    #expect(file.sections["default"]?["key"] == "with = both")
    #expect(file.sections["default"]?["long"] == "one\ntwo")
    #expect(
      SettingsFile.nested(file.sections["default"]?["s3"])
        == ["addressing_style": "path", "max_concurrent_requests": "5"])
    #expect(file.sections["profile \"a b\""]?["x"] == "1")
    #expect(file.sections["empty"] == [:])
    #expect(throws: SettingsFile.Invalid.self) { try SettingsFile(Array("x = 1".utf8)) }
    #expect(throws: SettingsFile.Invalid.self) { try SettingsFile(Array("[a]\nnothing".utf8)) }
  }
}
