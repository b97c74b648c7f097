import Hashing
import Platform
import Remotes

/// A store in memory that fails where it is told to, and remembers what it was asked.
final class ScriptedStore: ObjectStore {
  var objects: [[UInt8]: [UInt8]] = [:]
  /// What cannot be found out.
  var doubts: [[UInt8]: StoreError] = [:]
  /// What cannot be stored.
  var refusals: [[UInt8]: StoreError] = [:]
  /// What is told of bytes on their way, before each upload.
  var sends: [Int] = []
  private(set) var listed: [[UInt8]] = []
  private(set) var asked: [[UInt8]] = []
  private(set) var stored: [[UInt8]] = []

  var location = "a store in memory"
  var listing: Listing?

  private(set) var prepared = 0

  func prepare(_ effort: Effort) { prepared += 1 }

  func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    keys.map { key in
      asked.append(key.path)
      if let doubt = doubts[key.path] { return .unknown(doubt) }
      return objects[key.path].map { .present(size: $0.count) } ?? .absent
    }
  }

  func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    prefixes.map { prefix in
      listed.append(prefix)
      if let doubt = doubts[prefix] { return .failure(doubt) }
      return .success(
        objects.filter { $0.key.starts(with: prefix) }.map {
          ListedObject(path: $0.key, size: $0.value.count)
        })
    }
  }

  func contents(of keys: [StoreKey], limit: Int, _ effort: Effort) -> [Result<[UInt8], StoreError>] {
    keys.map { key in
      if let doubt = doubts[key.path] { return .failure(doubt) }
      return objects[key.path].map { .success($0) } ?? .failure(.absent)
    }
  }

  func put(_ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void) {
    for (index, upload) in uploads.enumerated() {
      sends.forEach(effort.sent)
      if let refusal = refusals[upload.key.path] {
        finished(index, .failure(refusal))
        continue
      }
      do throws(SystemError) {
        objects[upload.key.path] = try FileSystem.read(upload.file, limit: 1 << 20)
        stored.append(upload.key.path)
        finished(index, .success(()))
      } catch {
        finished(index, .failure(.localFile("\(error)")))
      }
    }
  }
}
