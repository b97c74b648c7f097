import Values

/// The elements of one `runs/log-batch`: at most 100 parameters, 100 tags and 1000 metrics, 1000 in all, and less
/// than what proxies let through.
struct LogBatch {
  private var parameters: [String] = []
  private var metrics: [String] = []
  private var tags: [String] = []
  private var size = 0

  /// nginx refuses more than a megabyte unless it is told otherwise, and hosted servers do.
  private static let byteLimit = 900_000

  /// The batches of a run; none when there is nothing to log. Tags come first: a claim is among them.
  static func batches(of run: PreparedRun, tags: [PreparedRun.Pair]) -> [LogBatch] {
    var batches: [LogBatch] = []
    func add(
      _ element: String, _ list: WritableKeyPath<LogBatch, [String]>, most: Int, from first: inout Int
    ) {
      while first < batches.count, !batches[first].hasRoom(for: element, list, most: most) { first += 1 }
      if first == batches.count { batches.append(LogBatch()) }
      batches[first][keyPath: list].append(element)
      batches[first].size += element.utf8.count + 1
    }
    var place = 0
    for tag in tags { add(tag.document, \.tags, most: 100, from: &place) }
    place = 0
    for parameter in run.parameters { add(parameter.document, \.parameters, most: 100, from: &place) }
    place = 0
    for metric in run.metrics { add(metric.document(at: run.start), \.metrics, most: 1000, from: &place) }
    return batches
  }

  /// Documents in parts that are neither too many nor too large.
  static func parts(of documents: [String], most: Int) -> [[String]] {
    var parts: [[String]] = []
    var size = 0
    for document in documents {
      if let last = parts.last, last.count < most, size + document.utf8.count < byteLimit {
        parts[parts.count - 1].append(document)
      } else {
        parts.append([document])
        size = 0
      }
      size += document.utf8.count + 1
    }
    return parts
  }

  /// The body of the request.
  func document(run: String) -> String {
    JSONText.object([
      ("run_id", JSONText.quoted(run)), ("metrics", JSONText.array(metrics)),
      ("params", JSONText.array(parameters)), ("tags", JSONText.array(tags)),
    ])
  }

  private func hasRoom(for element: String, _ list: KeyPath<LogBatch, [String]>, most: Int) -> Bool {
    self[keyPath: list].count < most && parameters.count + metrics.count + tags.count < 1000
      && size + element.utf8.count < Self.byteLimit
  }
}

extension PreparedRun.Pair {
  /// `{"key":…,"value":…}`
  var document: String {
    JSONText.object([("key", JSONText.quoted(key)), ("value", JSONText.quoted(value))])
  }
}

extension PreparedRun.Metric {
  /// The metric at a time, and at step 0.
  func document(at time: Int64) -> String {
    JSONText.object([
      ("key", JSONText.quoted(key)), ("value", number), ("timestamp", String(time)), ("step", "0"),
    ])
  }

  /// A number as the server understands it. The bare words `NaN` and `Infinity`, and any other spelling of them as
  /// a string, it takes for zero.
  private var number: String {
    if value.isNaN { return "\"NaN\"" }
    if value.isInfinite { return value < 0 ? "\"-Infinity\"" : "\"Infinity\"" }
    return value.description
  }
}

extension PreparedRun.Dataset {
  /// An input of a run.
  var document: String {
    let tag = PreparedRun.Pair(key: "mlflow.data.context", value: context)
    let dataset = JSONText.object([
      ("name", JSONText.quoted(name)), ("digest", JSONText.quoted(digest)),
      ("source_type", JSONText.quoted("dvc")), ("source", JSONText.quoted(source)),
    ])
    return JSONText.object([("tags", JSONText.array([tag.document])), ("dataset", dataset)])
  }
}
