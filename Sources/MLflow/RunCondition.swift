/// What a run must have to be found.
public enum RunCondition: Hashable, Sendable {
  /// A tag with this value.
  case tag(String, String)
  /// A parameter with this value.
  case parameter(String, String)
  /// A metric with this value.
  case metric(String, Double)
  /// The status `FINISHED`.
  case finished

  /// The condition in the language of MLflow's filters, which has no escape for quotes.
  /// - Throws: an error of the item for what cannot be said in it.
  var filter: String {
    get throws(TrackingError) {
      switch self {
      case .tag(let key, let value): try "tags." + quoted(key, by: "\"") + " = " + quoted(value, by: "'")
      case .parameter(let key, let value):
        try "params." + quoted(key, by: "\"") + " = " + quoted(value, by: "'")
      case .metric(let key, let value):
        try "metrics." + quoted(key, by: "\"") + " = " + number(value)
      case .finished: "attributes.status = 'FINISHED'"
      }
    }
  }

  private func quoted(_ text: String, by quote: String) throws(TrackingError) -> String {
    guard !text.contains(where: { "'\"`\\".contains($0) }) else {
      throw TrackingError(.permanentForItem, "MLflow cannot look for a text with quotes: \(text)")
    }
    return quote + text + quote
  }

  private func number(_ value: Double) throws(TrackingError) -> String {
    guard value.isFinite else {
      throw TrackingError(.permanentForItem, "MLflow cannot look for a metric that is no number")
    }
    return value.description
  }
}
