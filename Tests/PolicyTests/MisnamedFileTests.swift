import Testing
import Trees

@testable import Policy

/// Names that somebody takes for those of guard's files.
@Suite struct MisnamedFileTests {
  private static let names: [(String, String?)] = [
    (".guard.yaml", ".guard.yml"), ("guard.yml", ".guard.yml"), ("guard.yaml", ".guard.yml"),
    (".Guard.yml", ".guard.yml"), (".guard.yml.txt", ".guard.yml"), (".guard.YAML.txt", ".guard.yml"),
    ("guard.local.yaml", "guard.local.yml"), (".guard.local.yml", "guard.local.yml"),
    ("guard-local.yml", "guard.local.yml"), (".guard-waivers.yaml", ".guard-waivers.yml"),
    ("guard_waivers.yml", ".guard-waivers.yml"), ("guard.waivers.yml", ".guard-waivers.yml"),
    (".guard.yml", nil), ("guard.local.yml", nil), (".guard-waivers.yml", nil), (".guard", nil),
    ("guard", nil),
    ("Guardfile", nil), ("safeguard.yml", nil), (".guard.json", nil), (".txt", nil), ("", nil),
    ("dvc.yaml", nil),
  ]

  @Test(arguments: names)
  func aNameThatLooksLikeOneOfGuardsIsKnown(name: String, meant: String?) {
    #expect(MisnamedFile.meaning(of: Array(name.utf8)) == meant)
  }

  @Test func onlyFilesAtTheRootAreLookedAt() throws {
    let tree = InMemoryTree([
      ".guard.yaml": .file([]), "sub/.guard.yaml": .file([]), "guard.yml/x": .file([]),
      ".guard.yml": .file([]),
    ])
    #expect(
      try MisnamedFile.all(in: tree).map(\.words) == ["'.guard.yaml' is not read: guard reads .guard.yml"])
  }
}
