import Testing
import Trees

@Suite struct RepositoryPathTests {
  @Test func aPathThatLeavesTheRepositoryIsNone() {
    #expect(RepositoryPath("a/b").resolving("../../../c".utf8) == nil)
    #expect(RepositoryPath("a/b").resolving("../.././c//d/".utf8) == "c/d")
  }

  @Test func insideIsByComponents() {
    #expect(!RepositoryPath("ab/c").isInside("a"))
    #expect(RepositoryPath("a/c").isInside("a"))
    #expect(RepositoryPath("a/c").relative(to: "a") == Array("c".utf8))
  }
}
