import ParameterFiles
import Trees
import Values
import YAML

/// Reads DVC's files and parameter files of one tree, each at most once.
final class DocumentLoader {
  let memory: DocumentMemory
  private let tree: any FileTree
  private var parameterFiles: [RepositoryPath: Result<Node, DVCError>] = [:]

  /// A loader of this tree's files.
  /// - Parameter memory: what was read of other trees.
  init(tree: any FileTree, memory: DocumentMemory) {
    self.tree = tree
    self.memory = memory
  }

  /// The files beside DVC's own that were asked for.
  private(set) var readFiles: Set<RepositoryPath> = []

  /// Lets go of what was read, which takes much more room than it has bytes; whoever asks again reads it again.
  func forget() { parameterFiles = [:] }

  /// A YAML file that fits a schema; an empty document is an empty map.
  func document(_ file: RepositoryPath, _ schema: Schema) throws(DVCError) -> Node {
    let bytes = try contents(of: file)
    return try memory.node(of: file, bytes, as: .document) { () throws(DVCError) in
      let node = try orEmpty(yaml(file, bytes))
      do throws(Schema.Mismatch) { try schema.validate(node) } catch {
        let place = error.path.isEmpty ? "" : "'\(error.keyPath)': "
        throw DVCError(file, at: error.position, .invalid, place + error.message)
      }
      return node
    }
  }

  /// A YAML file as it stands.
  func yaml(_ file: RepositoryPath) throws(DVCError) -> Node { try yaml(file, contents(of: file)) }

  private func yaml(_ file: RepositoryPath, _ bytes: [UInt8]) throws(DVCError) -> Node {
    do { return try YAMLDocument.parse(bytes) } catch {
      let kind: DVCError.Kind = if case .conflictMarkers = error.kind { .conflictMarkers } else { .invalid }
      throw DVCError(file, at: error.position, kind, error.message)
    }
  }

  /// A parameters file in the format that its name says; read once, however many stages use it.
  func parameters(_ file: RepositoryPath) throws(DVCError) -> Node {
    if let known = parameterFiles[file] { return try known.get() }
    let result = Result { () throws(DVCError) in try readParameters(file) }
    readFiles.insert(file)
    parameterFiles[file] = result
    return try result.get()
  }

  private func readParameters(_ file: RepositoryPath) throws(DVCError) -> Node {
    let bytes = try contents(of: file)
    return try memory.node(of: file, bytes, as: .parameters) { () throws(DVCError) in
      do throws(ParameterFileError) {
        return try ParameterFile.read(bytes, format: ParameterFormat(fileName: file.name))
      } catch {
        throw DVCError(file, at: error.position, .invalid, error.message)
      }
    }
  }

  private func contents(of file: RepositoryPath) throws(DVCError) -> [UInt8] {
    // Git says how large a file is before it unpacks it.
    let size = try reading { () throws(TreeError) in try tree.storedSize(of: file) }
    if let size, size > ParameterFile.maximumSize {
      throw DVCError(file, .invalid, "the file is larger than \(ParameterFile.maximumSize >> 20) MiB")
    }
    return try reading { () throws(TreeError) in try tree.contents(of: file) }
  }

  private func orEmpty(_ node: Node) -> Node {
    node.value.isTruthy ? node : Node(.map(Mapping()), at: node.position)
  }
}
