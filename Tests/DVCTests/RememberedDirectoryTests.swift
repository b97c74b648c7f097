import DVC
import Hashing
import Testing
import Trees
import Values

/// When what was found out of a directory is asked for again, and with which question.
@Suite struct RememberedDirectoryTests {
  /// Answers with what it is told to, and notes what it is asked.
  private final class Tree: RememberingTree {
    var files: InMemoryTree
    var answer: MD5Digest?
    private(set) var questions: [MD5Digest] = []
    private(set) var walks: [Walk] = []

    init(_ files: [RepositoryPath: String]) { self.files = InMemoryTree(files: files) }

    func beginRecall(of directory: RepositoryPath, _ question: MD5Digest) -> () -> MD5Digest? {
      questions.append(question)
      return { self.answer }
    }

    func digests(
      of walk: Walk, _ algorithm: HashAlgorithm
    ) throws(TreeError) -> (digests: [MD5Digest], remember: (MD5Digest, MD5Digest) -> Void) {
      walks.append(walk)
      return (try files.digests(of: walk.files, algorithm), { answer, _ in self.answer = answer })
    }

    func entry(at path: RepositoryPath) throws(TreeError) -> Entry? { try files.entry(at: path) }
    func target(of path: RepositoryPath) throws(TreeError) -> Entry? { try files.target(of: path) }
    func linkTarget(of link: RepositoryPath) throws(TreeError) -> [UInt8] { try files.linkTarget(of: link) }
    func children(of directory: RepositoryPath) throws(TreeError) -> [Child] {
      try files.children(of: directory)
    }
    func contents(of file: RepositoryPath) throws(TreeError) -> [UInt8] { try files.contents(of: file) }
    func digests(of files: [RepositoryPath], _ algorithm: HashAlgorithm) throws(TreeError) -> [MD5Digest] {
      try self.files.digests(of: files, algorithm)
    }
    func isIgnoredByGit(_ path: RepositoryPath, isDirectory: Bool) throws(TreeError) -> Bool {
      try files.isIgnoredByGit(path, isDirectory: isDirectory)
    }
  }

  private static func files(ignore: String? = nil, data: [RepositoryPath: String] = [:])
    -> [RepositoryPath: String]
  {
    var files: [RepositoryPath: String] = [
      ".dvc/config": "", "sub/data/a": "A", "sub/data/b/c": "C",
      "sub/data.dvc":
        "outs: [{md5: 00000000000000010000000000000002.dir, hash: md5, path: data, cache: false}]\n",
    ]
    files["sub/.dvcignore"] = ignore
    return files.merging(data) { $1 }
  }

  private final class NoCache: ObjectCache {
    func presence(of objects: [CacheObject]) -> [Bool] { objects.map { _ in false } }
    func contents(of object: CacheObject) -> [UInt8]? { nil }
  }

  private static func project(_ tree: Tree) throws -> Project {
    let paths = PathSpace(treeRoot: Array("/r".utf8), projectRoot: .root)
    return try Project(tree: tree, paths: paths, settings: ProjectSettings())
  }

  private static func status(_ tree: Tree) throws -> String {
    let project = try project(tree)
    let nowhere = InMemoryTree(files: [RepositoryPath: String]())
    let scope = PipelineStatus.Scope.workTree(cache: NoCache(), external: nowhere, imports: nil)
    let statuses = try PipelineStatus(of: project, scope).evaluate(project.stages())
    return StatusDocument(statuses, Names(paths: project.paths, directory: Array("/r".utf8))).json.string
  }

  @Test func whatIsRecalledIsTheHash() throws {
    let tree = Tree(Self.files())
    tree.answer = MD5Digest(high: 1, low: 2)
    #expect(try Self.status(tree) == "{}")
    #expect(tree.walks.isEmpty && tree.questions.count == 1)
  }

  @Test func whatIsNotRecalledIsFoundOutAndRemembered() throws {
    let tree = Tree(Self.files())
    #expect(try Self.status(tree).contains("modified"))
    let walk = try #require(tree.walks.first)
    #expect(walk.top == "sub/data" && walk.directories == ["sub/data", "sub/data/b"])
    #expect(walk.files == ["sub/data/a", "sub/data/b/c"] && walk.isThorough)
    let list = Manifest([
      Manifest.File(path: "a", hash: Text(StatusFixture.md5("A"))),
      Manifest.File(path: "b/c", hash: Text(StatusFixture.md5("C"))),
    ])
    #expect(tree.answer == MD5Digest(of: list.bytes))
  }

  @Test func thePatternsAboveArePartOfTheQuestion() throws {
    var questions: [MD5Digest] = []
    for ignore in [nil, "", "x\n", "y\n"] as [String?] {
      let tree = Tree(Self.files(ignore: ignore))
      _ = try Self.status(tree)
      questions += tree.questions
    }
    #expect(questions.count == 4 && Set(questions).count == 4)
  }

  @Test func aWalkThatLeftOutADirectoryIsNotThorough() throws {
    let ignored: [RepositoryPath: String] = ["sub/data/left out/f": ""]
    for (ignore, data, isThorough) in [
      ("left out\n", ignored, false), ("other\n", ignored, true), ("a\n", [:], true),
    ] {
      let tree = Tree(Self.files(ignore: ignore, data: data))
      _ = try Self.status(tree)
      #expect(tree.walks.first?.isThorough == isThorough, "\(ignore)")
    }
    let nested = Tree(Self.files(data: ["sub/data/nested/.dvc/config": "", "sub/data/nested/f": ""]))
    _ = try Self.status(nested)
    #expect(nested.walks.first?.isThorough == false && nested.walks.first?.files.count == 2)
  }

  @Test func whoWantsTheListDoesNotAskForWhatIsRemembered() throws {
    let tree = Tree(Self.files())
    tree.answer = MD5Digest(high: 1, low: 2)
    let content = try #require(
      try CurrentContent(of: tree, for: Self.project(tree)).hash(at: "sub/data", .md5))
    #expect(content.files?.files.map(\.path) == ["a", "b/c"] && tree.questions.isEmpty)
  }
}
