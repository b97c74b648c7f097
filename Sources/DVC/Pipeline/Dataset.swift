import Trees
import Values

/// A dataset of `dvc.yaml` with its entry in `dvc.lock` (DVC 3.67, `dvc/repo/datasets.py`).
struct Dataset {
  /// What `dvc.lock` has of it, when that belongs to what `dvc.yaml` says.
  let lock: Mapping?
  private let specification: Mapping

  /// A dataset of an entry under `datasets:` and the entry of that name in the lock.
  init(specification: Mapping, lock: Mapping?) {
    self.specification = specification
    let wanted = Self.fields(of: specification, Self.specificationFields(specification))
    guard let lock, let locked = Self.locked(lock),
      Value.map(Self.fields(of: lock, Self.specificationFields(lock))).equals(.map(wanted))
    else {
      self.lock = nil
      return
    }
    self.lock = locked
  }

  /// What a stage's dependency on the dataset says.
  /// - Parameter recorded: what `dvc.lock` has under the stage.
  func change(recorded: Mapping) -> Change? {
    guard let lock else { return .notInSync }
    guard let recorded = Self.locked(recorded) else { return .new }
    return Value.map(recorded).equals(.map(lock)) ? nil : .modified
  }

  /// What `dvc.yaml` and `dvc.lock` say of the dataset, as letters that can be compared.
  var spelling: Text {
    Value.map(specification).pythonRepr + " " + (lock.map { Value.map($0).pythonRepr } ?? "")
  }

  /// The fields of a lock that DVC compares; `nil` when there is no lock of a kind that it knows.
  private static func locked(_ lock: Mapping) -> Mapping? {
    switch lock["type"]?.text {
    case "dvc": fields(of: lock, ["name", "url", "type", "path", "rev", "rev_lock"])
    case "dc": fields(of: lock, ["name", "url", "type", "version", "created_at"])
    case "url": fields(of: lock, ["name", "url", "type", "meta", "files"])
    default: nil
    }
  }

  private static func specificationFields(_ map: Mapping) -> [Text] {
    map["type"]?.text == "dvc" ? ["name", "url", "type", "path", "rev"] : ["name", "url", "type"]
  }

  /// These fields, without the ones that say what is meant without them.
  private static func fields(of map: Mapping, _ names: [Text]) -> Mapping {
    var result = Mapping()
    for name in names {
      guard let value = map[name], value.value.isTruthy else { continue }
      if name == "files", let list = value.list {
        let sorted = list.sorted { ($0.map?["relpath"]?.text ?? "") < ($1.map?["relpath"]?.text ?? "") }
        result.set(name, Node(.list(sorted)))
      } else {
        result.set(name, value)
      }
    }
    return result
  }
}
