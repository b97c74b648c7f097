import ParameterFiles
import Testing
import Values

/// Hostile documents: an answer in bounded time, or an error; never a crash.
struct BoundsTests {
  private func repeated(_ part: String, _ count: Int) -> [UInt8] {
    Array(repeatElement(Array(part.utf8), count: count).joined())
  }

  @Test(
    "10,000 levels are refused",
    arguments: [
      ("[", .json), ("{\"a\":", .json), ("{1:", .python), ("(", .python), ("-", .python), ("not ", .python),
      ("lambda:", .python), ("a if b else ", .python), ("a**", .python), ("f(", .python),
      ("(yield ", .python),
      ("await ", .python), ("a[", .python), ("f'{", .python), ("@", .python), ("a:=", .python),
      ("[[", .toml), ("x=[", .toml), ("{a=", .toml), ("[a.", .toml),
    ] as [(String, ParameterFormat)])
  func depth(opening: String, format: ParameterFormat) {
    #expect(failure(repeated(opening, 10_000), format) != nil)
    #expect(failure(Array("x = ".utf8) + repeated(opening, 10_000), format) != nil)
  }

  @Test("JSON as deep as DVC reads it is read")
  func deepJSON() throws {
    let document = try ParameterFile.read(repeated("[", 960) + repeated("]", 960), format: .json)
    #expect(document.list?.count == 1)
    #expect(failure(repeated("[", 961) + repeated("]", 961), .json)?.kind == .bound)
  }

  @Test("long chains without brackets take no stack")
  func chains() throws {
    for chain in ["1+", "a.", "'a' ", "x = ", "x and ", "x < "] {
      let source = Array("a = ".utf8) + repeated(chain, 20_000) + Array("b\n".utf8)
      #expect(failure(source, .python) == nil || chain == "'a' ", "\(chain)")
    }
    #expect(failure(repeated("if a:\n pass\n", 1) + repeated("elif a:\n pass\n", 5_000), .python) == nil)
    #expect(failure(Array("a = f'".utf8) + repeated("{{", 200_000) + Array("'\n".utf8), .python) == nil)
  }

  @Test("blocks lie at most as deep as Python lets them")
  func indentation() {
    func nested(_ count: Int) -> [UInt8] {
      (0..<count).flatMap { Array(String(repeating: " ", count: $0).utf8) + Array("if a:\n".utf8) }
        + Array(String(repeating: " ", count: count).utf8) + Array("pass\n".utf8)
    }
    #expect(failure(nested(99), .python) == nil)
    #expect(failure(nested(100), .python) != nil)
  }

  @Test("a table in thousands of places is read in one go", arguments: ["", "t.", "t.u.", "t.u.v.w."])
  func fragments(prefix: String) throws {
    let source = (0..<2000).flatMap { Array("[\(prefix)a.x\($0)]\n[\(prefix)b.x\($0)]\n".utf8) }
    let document = try ParameterFile.read(source, format: .toml)
    let parent = prefix.split(separator: ".").reduce(document) { $0.at(String($1)) ?? $0 }
    #expect(parent.at("b")?.map?.count == 2000)
  }

  @Test("numbers beyond 4,300 digits are refused, as Python refuses them")
  func digits() {
    #expect(failure(Array("a = ".utf8) + repeated("9", 4300), .python) == nil)
    for format in [.json, .toml, .python] as [ParameterFormat] {
      #expect(failure(Array((format == .json ? "" : "a = ").utf8) + repeated("9", 4301), format) != nil)
    }
    #expect(failure(Array("a = 0x".utf8) + repeated("f", 1_000_000), .python)?.kind == .bound)
  }

  @Test("a file over the bound is refused unread")
  func size() {
    let bytes = [UInt8](repeating: UInt8(ascii: " "), count: ParameterFile.maximumSize + 1)
    #expect(failure(bytes, .json)?.kind == .bound)
  }
}
