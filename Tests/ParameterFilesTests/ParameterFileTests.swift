import ParameterFiles
import Testing
import Values

struct ParameterFileTests {
  @Test(
    "the reader is chosen by what follows the first dot of the name",
    arguments: [
      ("params.yaml", .yaml), ("params.yml", .yaml), ("params", .yaml), ("p.json", .json), ("p.JSON", .json),
      ("a.b/p.Toml", .toml), ("p.py", .python), (".json", .json), (".py", .python), ("my.p.json", .yaml),
      ("my.p.toml", .yaml), ("p.json.", .yaml), ("p.pyc", .yaml), ("x.json/p", .yaml), ("", .yaml),
    ] as [(String, ParameterFormat)])
  func format(name: String, format: ParameterFormat) {
    #expect(ParameterFormat(fileName: name.utf8) == format)
  }

  @Test(
    "a document that Python holds false is an empty map",
    arguments: [
      ("null", .json), ("[]", .json), ("0", .json), ("-0.0", .json), (#""""#, .json), ("false", .json),
      ("", .yaml), ("null\n", .yaml), ("0\n", .yaml), ("[]\n", .yaml), ("''\n", .yaml), ("", .toml),
      ("# nothing\n", .python),
    ] as [(String, ParameterFormat)])
  func falsy(source: String, format: ParameterFormat) throws {
    #expect(try read(source, format).map?.isEmpty == true)
  }

  @Test("a document that is not a map stays what it is")
  func scalars() throws {
    #expect(render(try read("[0]", .json).value) == "[0]")
    #expect(render(try read("- 0\n", .yaml).value) == "[0]")
  }

  @Test("YAML is left to the YAML reader, with its places and faults")
  func yaml() throws {
    #expect(try read("a:\n  b: 1\n", .yaml).at("a", "b")?.position == Position(line: 2, column: 6))
    let error = try #require(failure("a: 1\na: 2\n".utf8, .yaml))
    #expect(error.kind == .syntax)
    #expect(error.position?.line == 2)
  }

  @Test(
    "bytes that are not UTF-8 are named with their place",
    arguments: [.json, .toml, .python] as [ParameterFormat])
  func encoding(format: ParameterFormat) throws {
    let bytes = Array("a = 1\né = \"".utf8) + [0xFF] + Array("\"".utf8)
    let error = try #require(failure(bytes, format))
    #expect(error.kind == .encoding)
    #expect(error.position == Position(line: 2, column: 6))
    #expect(failure([0xED, 0xA0, 0x80], format)?.kind == .encoding)
    #expect(failure([0xC0, 0x80], format)?.kind == .encoding)
  }

  @Test("a merge conflict is called one", arguments: [.json, .toml, .python, .yaml] as [ParameterFormat])
  func conflicts(format: ParameterFormat) throws {
    let source = "{\n<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\n"
    let error = try #require(failure(source.utf8, format))
    #expect(error.kind == .conflictMarkers)
    #expect(error.position == Position(line: 2, column: 1))
  }

  @Test("what looks like a conflict inside a text is none")
  func conflictInText() throws {
    #expect(try read("a = \"\"\"\n<<<<<<< ours\n\"\"\"\n", .python).at("a")?.text == "\n<<<<<<< ours\n")
  }

  @Test("what Python reads but cannot hold is told from bad syntax")
  func values() {
    #expect(failure("a = {[]: 1}".utf8, .python)?.kind == .value)
    #expect(failure("a = 1\nb = [{{}}]".utf8, .python)?.position == Position(line: 2, column: 7))
    #expect(failure("a = {x, []}".utf8, .python) == nil)
    #expect(failure("[1\(String(repeating: "0", count: 4300))]".utf8, .json)?.kind == .value)
  }
}

struct PositionTests {
  @Test("every key and value has its place, in code points")
  func json() throws {
    let document = try read("{\n \"é😀\": [1,\r\n  {\"a\": \"ü\", \"b\": 2}]}", .json)
    #expect(document.position == Position(line: 1, column: 1))
    #expect(document.map?.entry("é😀")?.key.position == Position(line: 2, column: 2))
    #expect(document.at("é😀", "0")?.position == Position(line: 2, column: 9))
    #expect(document.at("é😀", "1")?.position == Position(line: 3, column: 3))
    #expect(document.at("é😀", "1", "b")?.position == Position(line: 3, column: 19))
  }

  @Test("TOML: headers and dotted keys place the tables they make")
  func toml() throws {
    let document = try read("\"é\" . b = 1 # c\n[x.y]\n  k = [1, {z = 2}]\n[[t]]\n[[t]]\n", .toml)
    #expect(document.map?.entry("é")?.key.position == Position(line: 1, column: 1))
    #expect(document.at("é")?.map?.entry("b")?.key.position == Position(line: 1, column: 7))
    #expect(document.at("é", "b")?.position == Position(line: 1, column: 11))
    #expect(document.map?.entry("x")?.key.position == Position(line: 2, column: 2))
    #expect(document.at("x", "y")?.position == Position(line: 2, column: 4))
    #expect(document.at("x", "y", "k", "1", "z")?.position == Position(line: 3, column: 16))
    #expect(document.at("t", "1")?.position == Position(line: 5, column: 3))
  }

  @Test("Python: the last assignment of a name counts, the name where it stands first")
  func python() throws {
    let source =
      "é = 1\r\nclass C(object):\n  x: int = {'k': [1,\n    2]}\n  def __init__(self):\n    self.y = -1\né = 3\n"
    let document = try read(source, .python)
    #expect(document.map?.entry("é")?.key.position == Position(line: 1, column: 1))
    #expect(document.at("é")?.position == Position(line: 7, column: 5))
    #expect(document.map?.entry("C")?.key.position == Position(line: 2, column: 7))
    #expect(document.at("C")?.position == Position(line: 2, column: 1))
    #expect(document.at("C", "x", "k", "1")?.position == Position(line: 4, column: 5))
    #expect(document.at("C")?.map?.entry("y")?.key.position == Position(line: 6, column: 5))
    #expect(document.at("C", "y")?.position == Position(line: 6, column: 14))
  }

  @Test(
    "an error is placed where the reader stops",
    arguments: [
      ("{\"a\": 1,\n \"b\": nul}", .json, 2, 7), ("{\"é\": 1 2}", .json, 1, 9),
      ("a = 1\nb = 01\n", .toml, 2, 5),
      ("a = 1\n[é]\n", .toml, 2, 2), ("a = 1\na = 2\n", .toml, 2, 1), ("a = 1\nb = (é 2)\n", .python, 2, 8),
      ("if x:\n  a\n b\n", .python, 3, 2), ("a = 'é\n", .python, 1, 5), ("a = 1 = b\n", .python, 1, 5),
    ] as [(String, ParameterFormat, Int, Int)])
  func errors(source: String, format: ParameterFormat, line: Int, column: Int) {
    #expect(failure(source.utf8, format)?.position == Position(line: line, column: column))
  }
}

struct TemporalTests {
  private func temporal(_ source: String) throws -> Temporal? {
    guard case .temporal(let temporal) = try read("a = \(source)", .toml).at("a")?.value else { return nil }
    return temporal
  }

  @Test(
    "one moment has one canonical spelling, in UTC",
    arguments: [
      ("1979-05-27", "1979-05-27", "1979-05-27"), ("07:32", "07:32:00.000000", "07:32:00"),
      ("1979-05-27 07:32:00.5", "1979-05-27T07:32:00.500000", "1979-05-27 07:32:00.500000"),
      ("1979-12-31T23:30:00-01:00", "1980-01-01T00:30:00.000000+00:00", "1979-12-31 23:30:00-01:00"),
      ("2024-03-01T00:00:00+00:01", "2024-02-29T23:59:00.000000+00:00", "2024-03-01 00:00:00+00:01"),
      ("0001-01-01T00:30:00+01:00", "0000-12-31T23:30:00.000000+00:00", "0001-01-01 00:30:00+01:00"),
      ("2000-01-01T00:00:00z", "2000-01-01T00:00:00.000000+00:00", "2000-01-01 00:00:00+00:00"),
    ])
  func canonical(source: String, canonical: String, display: String) throws {
    #expect(try temporal(source)?.canonical == Text(canonical))
    #expect(try temporal(source)?.display == Text(display))
  }

  @Test("the same moment is the same value whether TOML or YAML holds it")
  func acrossFormats() throws {
    let yaml = try read("a: 1979-05-27T00:32:00.25-07:00\n", .yaml).at("a")?.value
    let toml = try read("a = 1979-05-27T07:32:00.25Z", .toml).at("a")?.value
    #expect(try #require(yaml).equals(try #require(toml)))
  }
}
