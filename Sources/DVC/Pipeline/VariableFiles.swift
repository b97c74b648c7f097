import Trees
import Values

/// Loads `params.yaml` and what `vars` names into a template context.
final class VariableFiles {
  private let tree: any FileTree
  private let paths: PathSpace
  private let loader: DocumentLoader
  /// The error of a file that could not be read, which says more than the template's own.
  private(set) var error: DVCError?
  /// The file that is named and not there.
  private(set) var missing: RepositoryPath?

  init(tree: any FileTree, paths: PathSpace, loader: DocumentLoader) {
    self.tree = tree
    self.paths = paths
    self.loader = loader
  }

  /// Loads `params.yaml` of a directory when it is there.
  func loadDefault(into context: inout TemplateContext, from directory: [UInt8]) throws(TemplateError) {
    let path = PathSpace.resolve(Array("params.yaml".utf8), from: directory)
    guard let inside = paths.inside(path) else { return }
    context.ask(for: inside)
    guard try keeping({ () throws(TreeError) in try tree.entry(at: inside) }) != nil else { return }
    try load(file: "params.yaml", keys: nil, into: &context, from: directory, at: nil)
  }

  /// Loads the items of a `vars` section.
  func load(
    _ items: [Node], into context: inout TemplateContext, from directory: [UInt8]
  ) throws(TemplateError) {
    for item in items {
      if let map = item.map {
        try context.merge(inline: map)
      } else if let text = item.text {
        let parts = text.split(separator: UInt8(ascii: ":"))
        let keys = parts.dropFirst().joined(separator: ":").split(separator: UInt8(ascii: ",")).filter {
          !$0.isEmpty
        }
        try load(
          file: parts[0], keys: keys.isEmpty ? nil : keys, into: &context, from: directory, at: item.position)
      }
    }
  }

  private func load(
    file: Text, keys: [Text]?, into context: inout TemplateContext, from directory: [UInt8],
    at position: Position?
  ) throws(TemplateError) {
    let path = PathSpace.resolve(file.utf8, from: directory)
    let place = paths.inside(path)
    if let place { context.ask(for: place) }
    do throws(TemplateError) {
      let shown = Text(utf8: place?.bytes ?? path)
      try context.merge(file: shown, at: place, keys: keys) { () throws(TemplateError) in
        guard let inside = place else {
          throw TemplateError("'\(file)' leads out of the repository")
        }
        switch try keeping({ () throws(TreeError) in try tree.target(of: inside) }) {
        case nil:
          missing = inside
          throw TemplateError("'\(file)' does not exist")
        case .directory?, .submodule?: throw TemplateError("'\(file)' is a directory")
        default: break
        }
        do throws(DVCError) { return try loader.parameters(inside) } catch {
          self.error = error
          throw TemplateError(error.message)
        }
      }
    } catch {
      throw error.orAt(position)
    }
  }

  private func keeping<Result>(_ body: () throws(TreeError) -> Result) throws(TemplateError) -> Result {
    do { return try body() } catch {
      let cause = DVCError(error)
      self.error = cause
      throw TemplateError(cause.message)
    }
  }
}
