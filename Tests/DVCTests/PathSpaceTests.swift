import DVC
import Testing
import Trees
import Values

@Suite struct PathSpaceTests {
  @Test(arguments: [
    ("b", "/r/a", "/r/a/b"), ("./b//c/", "/r", "/r/b/c"), ("../x", "/r/a", "/r/x"), ("/y/../z", "/r", "/z"),
    ("../../../..", "/r/a", "/"),
  ])
  func pathsAreResolvedByTheirLetters(path: String, directory: String, expected: String) {
    #expect(PathSpace.resolve(Array(path.utf8), from: Array(directory.utf8)) == Array(expected.utf8))
  }

  @Test(arguments: [
    ("/r/a/b", "/r/a", "b"), ("/r/a", "/r/a", "."), ("/r/x", "/r/a/b", "../../x"), ("/z", "/r", "../z"),
  ])
  func relativePathsAreThoseOfPython(path: String, directory: String, expected: String) {
    #expect(PathSpace.relative(Array(path.utf8), from: Array(directory.utf8)) == Array(expected.utf8))
  }

  @Test func aSiblingWithTheRootAsPrefixIsOutside() {
    let paths = PathSpace(treeRoot: Array("/r".utf8), projectRoot: .root)
    #expect(paths.inside(Array("/rx/a".utf8)) == nil)
    #expect(paths.inside(Array("/r/a".utf8)) == "a")
  }
}
