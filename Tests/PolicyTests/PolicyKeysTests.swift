import Glibc
import Platform
import Testing
import Values

@testable import Policy

@Suite struct PolicyKeysTests {
  private func document(_ path: String) throws -> [UInt8] {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return try FileSystem.read(Array("/\(root)/\(path)".utf8), limit: 1 << 24)
  }

  @Test func theSchemaIsWhatGuardPrints() throws {
    #expect(
      try document("docs/schemas/policy.schema.json") == PolicySchema.document,
      "make it anew with: guard config --schema > docs/schemas/policy.schema.json")
  }

  @Test(arguments: PolicyTables.all.map { ($0.section, $0.markdown) })
  func theDocumentationHasTheTablesThatGuardPrints(section: String, markdown: String) throws {
    let text = Text(utf8: try document("docs/configuration.md"))
    #expect(
      text.firstIndex(of: Text("\n" + markdown)) != nil,
      "take the table of '\(section)' from: guard config --tables")
  }

  @Test func everyDefaultIsAValueThatMayBeSet() throws {
    for setting in Policy().settings() where !setting.isTold {
      let keys = setting.key.split(separator: UInt8(ascii: "."))
      let text =
        keys.map { "{'\($0)': " }.joined() + setting.standard + String(repeating: "}", count: keys.count)
      let policy = try Policy(reading: text)
      #expect(policy.setting(setting.key)?.value.description == setting.standard, "\(setting.key)")
    }
  }

  @Test func everyKeyTellsWhereItIsSet() throws {
    let layer = try PolicyLayer(
      file: "x.yml", bytes: Array("profile: ci\nrules:\n  data/large-file:\n    limit: 5 MB\n".utf8))
    let environment = try PolicyLayer { $0 == "GUARD_INHERITED" ? "off" : nil }
    let settings = Policy([environment, layer]).settings()
    func origin(_ key: Text) -> String? { settings.first { $0.key == key }?.setting?.origin.description }
    #expect(origin("profile") == "x.yml:1")
    #expect(origin("rules.data/large-file.limit") == "x.yml:4")
    #expect(origin("inherited") == "GUARD_INHERITED")
    #expect(origin("rules.lock/params") == nil)
    #expect(Set(settings.map(\.key)).count == settings.count)
  }
}
