import Platform

/// A remote on a server that ssh reaches, by the SFTP subsystem over the system's `ssh`.
public final class SFTPStore: ObjectStore {
  private let command: SSHCommand
  private var session: SFTPSession?
  /// Why there was no connection; another try would wait as long and end the same.
  private var refusal: StoreError?

  /// A remote whose URL is `ssh://…`.
  /// - Parameter environment: where `ssh` is looked for, and what it sees.
  /// - Throws: `unsupported` for a URL that must not be given to ssh, and when there is no ssh.
  public init(_ remote: RemoteDescription, environment: ProcessEnvironment) throws(StoreError) {
    command = try SSHCommand(remote, environment: environment)
  }

  /// The URL without a password.
  public var location: String {
    "ssh://\(command.address.shown)\(String(decoding: command.address.base, as: UTF8.self))"
  }

  /// Asking for a name costs no more than reading it in a folder, and a folder may hold many that nobody asks for.
  public var listing: Listing? { nil }

  /// Begins to connect: until a server has let somebody in, others have long read what there is to ask for.
  public func prepare(_ effort: Effort) {
    guard session == nil, refusal == nil, effort.left > 0 else { return }
    do throws(StoreError) { session = try SFTPSession(command, effort) } catch { refusal = error }
  }

  /// Looks at each name, thousands in one go.
  public func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    var answers = [Presence?](repeating: nil, count: keys.count)
    let looks = look(at: keys.map { $0.refusal == nil ? command.address.place($0.path) : nil }, effort)
    for (index, look) in looks.enumerated() {
      answers[index] =
        switch look {
        case _ where keys[index].refusal != nil: keys[index].refusal.map { .unknown($0) }
        case .success(let attributes):
          attributes.isFile && keys[index].admits(size: attributes.size ?? 1)
            ? .present(size: attributes.size) : .absent
        case .failure(.absent): .absent
        case .failure(let error): .unknown(error)
        }
    }
    let doubt = answers.contains(.absent) ? reasonForDoubt(effort) : nil
    return answers.map { answer in
      if let doubt, answer == .absent { return .unknown(doubt) }
      return answer ?? .unknown(.unreachable("no answer"))
    }
  }

  /// Reads folders whole: a prefix ends at a folder, with or without a `/`.
  public func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    if let doubt = reasonForDoubt(effort) { return prefixes.map { _ in .failure(doubt) } }
    let address = command.address
    return perform(
      prefixes.count, width: 32, effort, make: { SFTPListing(prefix: prefixes[$0], at: address) },
      result: \.result)
  }

  /// Reads objects into memory.
  public func contents(
    of keys: [StoreKey], limit: Int, _ effort: Effort
  ) -> [Result<[UInt8], StoreError>] {
    let address = command.address
    let asked = keys.indices.filter { keys[$0].refusal == nil }
    let found = perform(
      asked.count, width: 8, effort,
      make: { SFTPReading(path: address.place(keys[asked[$0]].path), limit: limit) }, result: \.result)
    var results = keys.map { Result<[UInt8], StoreError>.failure($0.refusal ?? .absent) }
    for (index, result) in zip(asked, found) { results[index] = result }
    guard results.contains(.failure(.absent)), let doubt = reasonForDoubt(effort) else { return results }
    return results.map { $0 == .failure(.absent) ? .failure(doubt) : $0 }
  }

  /// Stores files under temporary names and renames them. What is there with the right size stays.
  public func put(
    _ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void
  ) {
    if let doubt = reasonForDoubt(effort) {
      return uploads.indices.forEach { finished($0, .failure(doubt)) }
    }
    let asked = uploads.indices.filter { index in
      guard let refusal = uploads[index].key.refusal else { return true }
      finished(index, .failure(refusal))
      return false
    }
    let refusals = makeFolders(for: asked.map { uploads[$0].key }, effort)
    let address = command.address
    var isOpen = [Bool](repeating: true, count: asked.count)
    let end = run(count: asked.count, width: min(max(effort.jobs, 1), 32), effort) { position, session in
      let upload = uploads[asked[position]]
      return SFTPUpload(
        upload, to: address.place(upload.key.path), extensions: session.extensions, sent: effort.sent)
    } finished: { position, task in
      isOpen[position] = false
      var result = task.result
      if case .failure(.absent) = result {
        let folder = FileSystem.parent(of: uploads[asked[position]].key.path)
        let refusal = refusals[folder] ?? refusals.values.first
        result = .failure(refusal ?? .unreachable("the server has no folder for it"))
      }
      finished(asked[position], result)
    }
    for position in asked.indices where isOpen[position] {
      finished(asked[position], .failure(end ?? .unreachable("no answer")))
    }
  }
}

extension SFTPStore {
  /// What stands at paths; `nil` for a path is not asked.
  private func look(at paths: [[UInt8]?], _ effort: Effort) -> [Result<SFTPAttributes, StoreError>] {
    let asked = paths.indices.filter { paths[$0] != nil }
    let found = perform(
      asked.count, width: 4096, effort, make: { SFTPLook(path: paths[asked[$0]] ?? []) }, result: \.result)
    var results = [Result<SFTPAttributes, StoreError>](repeating: .failure(.absent), count: paths.count)
    for (index, result) in zip(asked, found) { results[index] = result }
    return results
  }

  /// Why nothing can be said of what the server does not show; `nil` when that is absent. A base folder that is
  /// not there is a new remote's when the one around it is.
  private func reasonForDoubt(_ effort: Effort) -> StoreError? {
    let base = command.address.base
    if base.isEmpty { return connectionFailure(effort) }
    let parent = FileSystem.parent(of: base)
    let shown = String(decoding: base, as: UTF8.self)
    switch look(at: [base], effort)[0] {
    case .success(let attributes):
      return attributes.kind == .folder || attributes.kind == nil
        ? nil : .unreachable("\(shown) on the server is not a folder")
    case .failure(.absent): break
    case .failure(let error): return error
    }
    switch look(at: [parent], effort)[0] {
    case .success(let attributes) where attributes.kind == .folder || attributes.kind == nil: return nil
    case .success, .failure(.absent):
      return .unreachable(
        "the server has neither the folder \(shown) nor the one that would hold it: is it mounted there? "
          + "When the remote is new, make its folder first")
    case .failure(let error): return error
    }
  }

  /// Makes the folders of objects from the base on, level by level.
  /// - Returns: why a folder, by its path below the base, may not be made.
  private func makeFolders(for keys: [StoreKey], _ effort: Effort) -> [[UInt8]: StoreError] {
    var levels: [Set<[UInt8]>] = [[[]]]
    for folder in Set(keys.map { FileSystem.parent(of: $0.path) }) {
      var path: [UInt8] = []
      for (depth, name) in folder.split(separator: UInt8(ascii: "/")).enumerated() {
        path = FileSystem.join(path, Array(name))
        if levels.count < depth + 2 { levels.append([]) }
        levels[depth + 1].insert(path)
      }
    }
    var refusals: [[UInt8]: StoreError] = [:]
    for level in levels {
      let folders = level.filter { !command.address.place($0).isEmpty }
      let places = Array(folders)
      _ = run(count: places.count, width: 256, effort) { index, _ in
        SFTPFolderMaking(path: self.command.address.place(places[index]))
      } finished: { index, task in
        refusals[places[index]] = task.refusal
      }
    }
    return refusals
  }

  /// Does many things and gathers their results.
  private func perform<Task: SFTPTask, Value>(
    _ count: Int, width: Int, _ effort: Effort, make: (Int) -> Task,
    result: (Task) -> Result<Value, StoreError>
  ) -> [Result<Value, StoreError>] {
    var results = [Result<Value, StoreError>?](repeating: nil, count: count)
    let end = run(count: count, width: width, effort) { index, _ in
      make(index)
    } finished: { index, task in
      results[index] = result(task)
    }
    return results.map { $0 ?? .failure(end ?? .unreachable("no answer")) }
  }

  /// Does many things.
  /// - Returns: why those that were not told were not finished.
  private func run<Task: SFTPTask>(
    count: Int, width: Int, _ effort: Effort, make: (Int, SFTPSession) -> Task, finished: (Int, Task) -> Void
  ) -> StoreError? {
    guard count > 0 else { return nil }
    let isReused = session?.hasGreeted ?? false
    var told = 0
    do throws(StoreError) {
      let session = try connected(effort)
      try session.run(count: count, width: width, until: effort.end, make: { make($0, session) }) {
        index, task in
        told += 1
        finished(index, task)
      }
      return nil
    } catch {
      session = nil  // its answers would belong to nobody
      // A server may end a connection on which nothing was said for a while.
      guard isReused, told == 0, effort.left > 0, case .unreachable = error else { return error }
      return run(count: count, width: width, effort, make: make, finished: finished)
    }
  }

  private func connectionFailure(_ effort: Effort) -> StoreError? {
    do throws(StoreError) {
      _ = try connected(effort)
      return nil
    } catch {
      return error
    }
  }

  private func connected(_ effort: Effort) throws(StoreError) -> SFTPSession {
    if let session, session.hasGreeted { return session }
    if let refusal { throw refusal }
    guard effort.left > 0 else { throw .unreachable("\(command.address.shown): timed out") }
    do throws(StoreError) {
      let session = if let begun = session { begun } else { try SFTPSession(command, effort) }
      try session.greet(until: effort.end)
      self.session = session
      return session
    } catch {
      session = nil
      refusal = error
      throw error
    }
  }
}
