import DVC
import ParameterFiles
import Trees
import Values

extension Redaction {
  /// Why a file of a commit does not go to a tracking server as it is: the keys in it whose values records leave out,
  /// or that it cannot be looked through. `nil` when nothing speaks against it.
  public func objection(to name: Text, _ bytes: [UInt8]) -> String? {
    if EnvironmentFiles.rank(of: name.lastComponent.utf8) != nil {
      return URLText.holdPassword(bytes) ? "a URL in it has a password" : nil
    }
    let document: Value
    do throws(ParameterFileError) {
      document = try ParameterFile.read(bytes, format: ParameterFormat(fileName: name.utf8)).value
    } catch {
      return "it cannot be read, so nobody knows whether it holds a secret"
    }
    let hidden = Self.parts(of: document, name).flatMap { applied(to: JSON($0), of: "").hidden }
    guard !hidden.isEmpty else { return nil }
    let keys = Set(hidden).sorted()
    let more = keys.count > Self.mostKeys ? " and \(keys.count - Self.mostKeys) more" : ""
    return "records leave out values in it: "
      + keys.prefix(Self.mostKeys).map(\.string).joined(separator: ", ") + more
  }

  private static let mostKeys = 5

  /// What a file has of values that somebody chose: in DVC's own files the names of stages and paths are no keys of
  /// values.
  private static func parts(of document: Value, _ name: Text) -> [Value] {
    guard case .map(let file) = document else { return [document] }
    let stages = file["stages"]?.map?.entries.compactMap(\.value.map) ?? []
    switch name.lastComponent {
    case "dvc.lock": return stages.compactMap { $0["params"]?.map }.flatMap { $0.entries.map(\.value.value) }
    case "dvc.yaml":
      let generated = stages.flatMap { stage in ["vars", "foreach", "matrix"].compactMap { stage[$0]?.value }
      }
      return generated + ["vars", "params"].compactMap { file[$0]?.value }
    default: return [document]
    }
  }
}
