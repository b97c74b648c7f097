import Values

/// Why a template could not be resolved: the message that follows the name of the place.
struct TemplateError: Error {
  /// Where the template stands.
  var position: Position?
  /// What is wrong.
  let message: String

  init(_ message: String, at position: Position? = nil) {
    self.message = message
    self.position = position
  }
}
