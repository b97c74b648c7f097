import DVC
import Hashing
import Trees
import Values

/// A DVC repository in memory, judged as a fresh clone.
struct StatusFixture {
  var files: [RepositoryPath: String] = [".dvc/config": ""]
  /// Objects of the cache by id.
  var objects: [String: [UInt8]] = [:]

  /// The document that `guard status --rev` prints.
  func status() throws -> String {
    let project = try project()
    let statuses = try PipelineStatus(of: project, .gitTree([Checkout(of: project, from: Objects(objects))]))
      .evaluate(
        project.stages())
    return StatusDocument(statuses, Names(paths: project.paths, directory: Array("/r".utf8))).json.string
  }

  /// What could not be judged.
  func notChecked() throws -> [NotChecked] {
    let project = try project()
    return try PipelineStatus(of: project, .gitTree([Checkout(of: project, from: Objects(objects))]))
      .evaluate(project.stages())
      .flatMap(\.notChecked)
  }

  /// Why DVC cannot read the repository.
  func fault() throws -> DVCError? {
    do { _ = try project().stages() } catch { return error as? DVCError }
    return nil
  }

  func project() throws -> Project {
    let paths = PathSpace(treeRoot: Array("/r".utf8), projectRoot: .root)
    return try Project(tree: InMemoryTree(files: files), paths: paths, settings: ProjectSettings())
  }

  /// The MD5 of a text, 32 hexadecimal digits.
  static func md5(_ text: String) -> String { MD5Digest(of: Array(text.utf8)).description }
}

private final class Objects: ObjectCache {
  private let objects: [String: [UInt8]]
  init(_ objects: [String: [UInt8]]) { self.objects = objects }
  func presence(of objects: [CacheObject]) -> [Bool] { objects.map { contents(of: $0) != nil } }
  func contents(of object: CacheObject) -> [UInt8]? { objects[String(decoding: object.id, as: UTF8.self)] }
}
