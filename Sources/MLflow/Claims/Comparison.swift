import Values

extension Mirroring {
  /// Compares what was sent with what the server says that it has: it answers 200 also where it dropped half.
  func compare(_ sent: PreparedRun, with kept: TrackedRun?) throws(TrackingError) {
    guard let kept else {
      throw TrackingError(.permanentForItem, "MLflow does not find the run that it made: it dropped its tags")
    }
    let differences = kept.differences(from: sent)
    guard let first = differences.first else { return }
    let more = differences.count > 1 ? ", and \(differences.count - 1) more" : ""
    throw TrackingError(
      .permanentForItem, "MLflow did not keep what it was sent: \(first)\(more)",
      hint: "the run \(kept.id) stays RUNNING")
  }
}

extension TrackedRun {
  /// What of a run that was sent is not here, or is different, in words.
  func differences(from sent: PreparedRun) -> [String] {
    var found: [String] = []
    func check(_ kind: String, _ pairs: [PreparedRun.Pair], _ here: [Text: Text]) {
      for pair in pairs where here[Text(pair.key)] != Text(pair.value) {
        found.append("\(kind) '\(pair.key)'")
      }
    }
    check("parameter", sent.parameters, parameters)
    check("tag", sent.tags, tags)
    for metric in sent.metrics {
      guard let value = metrics[Text(metric.key)], Self.isSame(metric.value, value) else {
        found.append("metric '\(metric.key)'")
        continue
      }
    }
    let known = Set(inputs.map { [$0.name, $0.digest] })
    for dataset in sent.datasets where !known.contains([Text(dataset.name), Text(dataset.digest)]) {
      found.append("dataset '\(dataset.name)'")
    }
    return found
  }

  /// Infinity is the largest number there; databases may lose the last digit.
  private static func isSame(_ sent: Double, _ kept: Double) -> Bool {
    if sent.isNaN || kept.isNaN { return sent.isNaN && kept.isNaN }
    if sent.isInfinite { return kept.sign == sent.sign && kept.magnitude >= .greatestFiniteMagnitude }
    return sent == kept || abs(sent - kept) <= 1e-12 * max(abs(sent), abs(kept))
  }
}
