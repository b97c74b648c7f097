import Platform

/// A remote that is a folder: on this machine, on a disk, or mounted from a server.
///
/// A server that is gone leaves calls on its folder waiting without an end; they are made on threads that are
/// given up when the effort is over.
public final class FolderStore: ObjectStore {
  let folder: Folder

  /// A remote whose URL is an absolute path.
  /// - Throws: `unsupported` for any other URL. DVC 3.67 takes `file:///a/b` for a folder named `file:` in the
  ///   directory where it is called.
  public init(_ remote: RemoteDescription) throws(StoreError) {
    let path = Array(remote.url.utf8)
    if remote.url.utf8.starts(with: "file://".utf8) {
      throw .unsupported("dvc does not know file:// and takes it for a relative path: write the path alone")
    }
    guard path.first == UInt8(ascii: "/"), !path.contains(0) else {
      throw .unsupported("\(remote.url) is not an absolute path")
    }
    folder = Folder(base: path, isShared: remote.text("shared") == "group")
  }

  /// The folder's path.
  public var location: String { String(decoding: folder.base, as: UTF8.self) }

  /// Asking for a name costs no more than reading it in a folder, and a folder may hold many that nobody asks for.
  public var listing: Listing? { nil }

  /// Looks at each name; the folders that hold them are opened once.
  public func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    let folder = folder
    var answers: [Presence?] = keys.map { $0.refusal.map { .unknown($0) } }
    let groups = Self.groups(keys, answers.indices.filter { answers[$0] == nil })
    let found = Parallel.map(count: groups.count, width: effort.width, until: effort.end) { group in
      folder.presence(of: groups[group].map { keys[$0] })
    }
    for (indices, presences) in zip(groups, found) {
      for (offset, index) in indices.enumerated() {
        answers[index] = presences?[offset] ?? .unknown(timedOut)
      }
    }
    if answers.contains(.absent), let doubt = reasonForDoubt(effort) {
      for index in answers.indices where answers[index] == .absent { answers[index] = .unknown(doubt) }
    }
    return answers.map { $0 ?? .unknown(timedOut) }
  }

  /// Reads folders whole: a prefix ends at a folder, with or without a `/`.
  public func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    if let doubt = reasonForDoubt(effort) { return prefixes.map { _ in .failure(doubt) } }
    let folder = folder
    return Parallel.map(count: prefixes.count, width: effort.width, until: effort.end) {
      index -> Result<[ListedObject], StoreError> in
      do throws(StoreError) {
        return .success(try folder.list(prefixes[index]))
      } catch {
        return .failure(error)
      }
    }
    .map { $0 ?? .failure(timedOut) }
  }

  /// Reads objects into memory.
  public func contents(
    of keys: [StoreKey], limit: Int, _ effort: Effort
  ) -> [Result<[UInt8], StoreError>] {
    let folder = folder
    let found = Parallel.map(count: keys.count, width: effort.width, until: effort.end) {
      index -> Result<[UInt8], StoreError> in
      if let refusal = keys[index].refusal { return .failure(refusal) }
      do throws(StoreError) {
        return .success(try folder.contents(of: keys[index], limit: limit))
      } catch {
        return .failure(error)
      }
    }
    guard found.contains(.failure(.absent)), let doubt = reasonForDoubt(effort) else {
      return found.map { $0 ?? .failure(timedOut) }
    }
    return found.map { $0 == .failure(.absent) ? .failure(doubt) : $0 ?? .failure(timedOut) }
  }

  /// Copies files. What is there with the right size stays; `sent` is told what is copied.
  public func put(
    _ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void
  ) {
    if let doubt = reasonForDoubt(effort) {
      return uploads.indices.forEach { finished($0, .failure(doubt)) }
    }
    let folder = folder
    var isOpen = [Bool](repeating: true, count: uploads.count)
    Parallel.each(count: uploads.count, width: effort.width, until: effort.end) {
      index -> Result<Void, StoreError> in
      if let refusal = uploads[index].key.refusal { return .failure(refusal) }
      do throws(StoreError) {
        return .success(try folder.put(uploads[index], until: effort.end, sent: effort.sent))
      } catch {
        return .failure(error)
      }
    } finished: { index, result in
      isOpen[index] = false
      finished(index, result)
    }
    for index in uploads.indices where isOpen[index] { finished(index, .failure(timedOut)) }
  }

  /// Why what the folder does not show may be there all the same.
  private func reasonForDoubt(_ effort: Effort) -> StoreError? {
    let folder = folder
    return Parallel.map(count: 1, until: effort.end) { _ in folder.reasonForDoubt() }[0] ?? timedOut
  }

  /// Keys by the folders that hold them, so that a folder is opened once, in portions for the threads.
  private static func groups(_ keys: [StoreKey], _ indices: [Int]) -> [[Int]] {
    let slash = UInt8(ascii: "/")
    var groups: [ArraySlice<UInt8>: [Int]] = [:]
    for index in indices {
      let path = keys[index].path
      groups[path[..<(path.lastIndex(of: slash) ?? 0)], default: []].append(index)
    }
    return groups.values.flatMap { group in
      stride(from: 0, to: group.count, by: 512).map { Array(group[$0..<min($0 + 512, group.count)]) }
    }
  }

  var timedOut: StoreError { .unreachable("\(location) did not answer in time") }
}

extension Effort {
  /// How many threads wait on a folder at once.
  fileprivate var width: Int { min(max(jobs, Parallel.width), 64) }
}
