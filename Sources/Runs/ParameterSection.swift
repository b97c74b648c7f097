import DVC
import Trees
import Values

/// The parameters of a commit: what `dvc.api.params_show()` gives of it (DVC 3.67, `dvc/repo/params/show.py`), but for
/// the values that only templates take.
struct ParameterSection {
  /// The files that were read, in the order of their paths.
  private(set) var files: [RepositoryPath] = []
  /// The values by their keys, with dots between the names of nested maps.
  private(set) var values: [Text: JSON] = [:]

  private struct Leaf {
    /// The first name of the key, by which DVC tells whether two files have the same.
    let top: Text
    let key: Text
    let value: JSON
  }

  init(of contents: CommitContents) {
    var leaves: [(file: RepositoryPath, leaves: [Leaf])] = []
    var tops: [Text: Int] = [:]
    for (file, (project, keys)) in Self.declared(in: contents).sorted(by: { $0.key < $1.key }) {
      guard let own = Self.leaves(of: file, keys, project, contents) else { continue }
      files.append(file)
      leaves.append((file, own))
      for top in Set(own.map(\.top)) { tops[top, default: 0] += 1 }
    }
    // As DVC does (dvc/api/show.py): a key that several files have stands behind its file's name.
    for (file, own) in leaves {
      for leaf in own {
        let isAlone = tops[leaf.top] == 1
        let key = isAlone ? leaf.key : PathName.text(file.bytes) + ":" + leaf.key
        if values[key] == nil { values[key] = leaf.value }
      }
    }
  }

  /// The files, and which of their keys count: all where none is named.
  private static func declared(
    in contents: CommitContents
  ) -> [RepositoryPath: (project: Project, keys: [Text])] {
    var declared: [RepositoryPath: (project: Project, keys: [Text])] = [:]
    func add(_ path: RepositoryPath, _ project: Project, _ keys: [Text]) {
      for file in contents.files(at: path) ?? [path] {
        guard let known = declared[file]?.keys else {
          declared[file] = (project, keys)
          continue
        }
        declared[file] = (project, known.isEmpty || keys.isEmpty ? [] : known + keys)
      }
    }
    for project in contents.projects {
      for dependency in project.readableStages.flatMap(\.deps) {
        guard case .parameters(let keys, _) = dependency.kind, let path = dependency.reference.path else {
          continue
        }
        add(path, project, keys.compactMap(\.text))
      }
      for path in project.files.flatMap(\.named.parameters) { add(path, project, []) }
      let standard = project.paths.projectRoot.appending(Array("params.yaml".utf8))
      if contents.files(at: standard) != nil { add(standard, project, []) }
    }
    return declared
  }

  private static func leaves(
    of file: RepositoryPath, _ keys: [Text], _ project: Project, _ contents: CommitContents
  ) -> [Leaf]? {
    guard contents.files(at: file) != nil else {
      contents.note(file, .missing)
      return nil
    }
    let document: Node
    do throws(DVCError) { document = try project.document(at: file) } catch {
      contents.note(error)
      return nil
    }
    guard !keys.isEmpty else {
      guard let map = document.map else {
        return Flattening.leaves(of: document.value, below: "").map {
          Leaf(top: "", key: $0.key, value: $0.value)
        }
      }
      return map.entries.flatMap { entry in
        let top = entry.key.value.pythonString
        return Flattening.leaves(of: entry.value.value, below: top).map {
          Leaf(top: top, key: $0.key, value: $0.value)
        }
      }
    }
    return keys.flatMap { key in
      let found: Node?
      do throws(ParameterKeyError) { found = try ParameterKey.lookUp(key, in: document) } catch {
        contents.note(file, .unsupported)
        return [Leaf]()
      }
      let path = Text(utf8: key.utf8.drop { $0 == UInt8(ascii: ".") })
      return found.map { node in
        Flattening.leaves(of: node.value, below: path).map {
          Leaf(top: path.split(separator: UInt8(ascii: "."))[0], key: $0.key, value: $0.value)
        }
      } ?? []
    }
  }
}

/// The values of nested maps under one key each.
enum Flattening {
  /// The leaves of a value: what is no map, and maps without entries; names are joined by dots.
  static func leaves(of value: Value, below key: Text) -> [(key: Text, value: JSON)] {
    guard case .map(let map) = value, !map.isEmpty else { return [(key, JSON(value))] }
    return map.entries.flatMap { entry in
      let name = entry.key.value.pythonString
      return leaves(of: entry.value.value, below: key.isEmpty ? name : key + "." + name)
    }
  }
}
