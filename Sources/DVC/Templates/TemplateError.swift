import Trees
import Values

/// Why a template could not be resolved: the message that follows the name of the place.
struct TemplateError: Error {
  /// Where the template stands.
  var position: Position?
  /// What is wrong.
  let message: String
  /// The file that the position is in, where that is not the `dvc.yaml` itself.
  var file: RepositoryPath?
  /// The name that nothing was found under.
  var unfound: Text?

  init(_ message: String, at position: Position? = nil, in file: RepositoryPath? = nil, unfound: Text? = nil)
  {
    self.message = message
    self.position = position
    self.file = file
    self.unfound = unfound
  }

  /// The same with the place of what is around it, where none is known yet.
  func orAt(_ place: Position?) -> TemplateError {
    var error = self
    if file == nil, position == nil { error.position = place }
    return error
  }
}
