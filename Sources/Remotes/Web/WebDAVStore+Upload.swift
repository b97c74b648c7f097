import HTTP

extension WebDAVStore {
  /// Sends files under a name of their own and renames them, so that nobody sees a part of one; where the
  /// server does not rename, under their names.
  public func put(_ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void) {
    var ready: [Int] = []
    let folders = makeFolders(Set(uploads.filter(\.key.staysBelowBase).map(\.folder)), effort)
    for (index, upload) in uploads.enumerated() {
      if !upload.key.staysBelowBase {
        finished(index, .failure(.corrupt("not a path below the remote")))
      } else if let error = folders[upload.folder] {
        finished(index, .failure(error))
      } else {
        ready.append(index)
      }
    }
    // A few at a time, so that little is under a strange name when this is broken off.
    for start in stride(from: 0, to: ready.count, by: 64) {
      send(ready[start..<min(start + 64, ready.count)].map { ($0, uploads[$0]) }, effort, finished: finished)
    }
  }

  private func send(
    _ uploads: [(index: Int, upload: Upload)], _ effort: Effort,
    finished: (Int, Result<Void, StoreError>) -> Void
  ) {
    var direct = refusesMove ? uploads : []
    if !refusesMove {
      let names = uploads.map { $0.upload.folder + Self.temporaryName }
      let sent = transfer(uploads.map(\.upload), to: names, effort)
      var placed: [Int] = []
      for (number, error) in sent.enumerated() {
        if let error { finished(uploads[number].index, .failure(error)) } else { placed.append(number) }
      }
      var left: [Int] = sent.indices.filter { sent[$0] != nil }
      perform(
        placed.count, effort,
        request: { move(names[placed[$0]], to: uploads[placed[$0]].upload.key.path) },
        finished: { position, result in
          let number = placed[position]
          if case .success(let response) = result, Self.refusals.contains(response.status) {
            refusesMove = true
            direct.append(uploads[number])
            left.append(number)
          } else {
            let moved = Result { () throws(StoreError) in _ = try result.checked() }
            if case .failure = moved { left.append(number) }
            finished(uploads[number].index, moved)
          }
        })
      // What is left of those that failed; whether that succeeds changes nothing.
      perform(
        left.count, effort, request: { Request("DELETE", address.url(of: names[left[$0]])) },
        finished: { _, _ in })
    }
    let results = transfer(direct.map(\.upload), to: direct.map(\.upload.key.path), effort)
    for (one, error) in zip(direct, results) {
      finished(one.index, error.map { .failure($0) } ?? .success(()))
    }
  }

  /// Sends files to paths.
  /// - Returns: for each why it failed.
  private func transfer(_ uploads: [Upload], to paths: [[UInt8]], _ effort: Effort) -> [StoreError?] {
    var errors = [StoreError?](repeating: nil, count: uploads.count)
    perform(
      uploads.count, effort,
      request: { index in
        Request(
          "PUT", address.url(of: paths[index]),
          body: .file(path: uploads[index].file, offset: 0, size: uploads[index].size))
      },
      finished: { index, result in
        do throws(StoreError) {
          _ = try result.checked()
        } catch .absent {
          errors[index] = .unreachable("the server has no folder for it any more (404)")
        } catch {
          errors[index] = error
        }
      })
    return errors
  }

  private func move(_ path: [UInt8], to place: [UInt8]) -> Request {
    Request(
      "MOVE", address.url(of: path), headers: [("Destination", address.url(of: place)), ("Overwrite", "T")])
  }

  /// Answers of servers that do not rename, or that do not know the address by which they are called, as
  /// behind a proxy.
  private static let refusals: Set<Int> = [400, 403, 405, 409, 412, 501, 502]

  /// A name as DVC's for what is not complete, which `dvc gc` takes away when guard is killed.
  private static var temporaryName: [UInt8] {
    Array(".guard\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp".utf8)
  }
}

// MARK: - Folders

extension WebDAVStore {
  /// Makes folders, and those around them up to the base.
  /// - Returns: why those that are not there now could not be made.
  private func makeFolders(_ folders: Set<[UInt8]>, _ effort: Effort) -> [[UInt8]: StoreError] {
    let wanted = folders.subtracting(knownFolders)
    guard !wanted.isEmpty else { return [:] }
    // The first shows whether what holds them is there.
    var errors = make(Array(wanted.prefix(1)), effort)
    if errors.values.first == .absent {
      for folder in wanted { errors[folder] = .absent }
    } else {
      errors.merge(make(Array(wanted.dropFirst()), effort)) { $1 }
    }
    let orphans = errors.filter { $0.value == .absent }.map(\.key)
    guard !orphans.isEmpty else { return errors }
    let parents = makeFolders(Set(orphans.map(Self.parent)), effort)
    for (folder, error) in make(orphans.filter { parents[Self.parent($0)] == nil }, effort) {
      errors[folder] =
        error == .absent ? .unreachable("the folder of the remote does not exist: make it first") : error
    }
    for orphan in orphans {
      if let error = parents[Self.parent(orphan)] { errors[orphan] = error }
      if knownFolders.contains(orphan) { errors[orphan] = nil }
    }
    return errors
  }

  /// Makes each of some folders.
  /// - Returns: for those that are not there, why; `absent` when what should hold it is missing.
  private func make(_ folders: [[UInt8]], _ effort: Effort) -> [[UInt8]: StoreError] {
    var errors: [[UInt8]: StoreError] = [:]
    var doubtful: [[UInt8]] = []
    perform(
      folders.count, effort, request: { Request("MKCOL", address.url(of: folders[$0])) },
      finished: { index, result in
        let folder = folders[index]
        switch result {
        case .success(let response) where response.status == 201: knownFolders.insert(folder)
        case .success(let response) where [404, 409].contains(response.status): errors[folder] = .absent
        case .success: doubtful.append(folder)
        case .failure(let error): errors[folder] = StoreError(error)
        }
      })
    // 405 says that it is there; others say other things of what is there. So look.
    perform(
      doubtful.count, effort, request: { propfind(doubtful[$0], depth: 0, limit: 1 << 20) },
      finished: { index, result in
        do throws(StoreError) {
          guard try Self.answered(result).members.first?.isFolder == true else {
            throw .unsupported("there is a file where a folder should be")
          }
          knownFolders.insert(doubtful[index])
        } catch .absent {
          errors[doubtful[index]] = .unauthorised("the server does not let guard make folders")
        } catch {
          errors[doubtful[index]] = error
        }
      })
    return errors
  }

  private static func parent(_ folder: [UInt8]) -> [UInt8] {
    let end = folder.dropLast().lastIndex(of: UInt8(ascii: "/"))
    return end.map { Array(folder[...$0]) } ?? []
  }
}

extension Upload {
  /// The folder of what it becomes, with a `/` at the end; empty for the base.
  fileprivate var folder: [UInt8] {
    key.path.lastIndex(of: UInt8(ascii: "/")).map { Array(key.path[...$0]) } ?? []
  }
}
