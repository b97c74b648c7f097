import ParameterFiles
import Testing

/// Tables of documents with the answers of DVC 3.67's own readers.
struct ReferenceTests {
  @Test("JSON is read as Python reads it", arguments: jsonAccepted)
  func json(source: String, value: String) throws {
    #expect(render(try read(source, .json).value) == value)
  }

  @Test("JSON that Python refuses is refused", arguments: jsonRefused)
  func badJSON(source: String) {
    #expect(failure(source.utf8, .json)?.kind == .syntax)
  }

  @Test("TOML is read as tomlkit reads it", arguments: tomlAccepted)
  func toml(source: String, value: String) throws {
    #expect(render(try read(source, .toml).value) == value)
  }

  @Test("TOML that tomlkit refuses is refused", arguments: tomlRefused)
  func badTOML(source: String) {
    #expect(failure(source.utf8, .toml)?.kind == .syntax)
  }

  @Test("Python is read as DVC reads it", arguments: pythonLiterals + pythonStatements)
  func python(source: String, value: String) throws {
    #expect(render(try read(source, .python).value) == value)
  }

  @Test("Python that DVC cannot read is refused", arguments: pythonLiteralsRefused + pythonStatementsRefused)
  func badPython(source: String) {
    #expect(failure(source.utf8, .python) != nil)
  }
}
