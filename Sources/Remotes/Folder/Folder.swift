import Glibc
import Platform

/// The base folder of a remote on this machine or in its network. Each of its calls may wait for a server that
/// does not answer, for ever: they run on threads that nobody has to wait for.
struct Folder: Sendable {
  /// Its absolute path.
  let base: [UInt8]
  /// Whether DVC's `shared = group` is set: the folders it makes are open to their group.
  let isShared: Bool

  /// The absolute path of what a path below the base names.
  func place(_ path: [UInt8]) -> [UInt8] { FileSystem.join(base, path) }

  /// What stands at keys of one folder.
  /// - Returns: in the order of the keys; ``Presence/absent`` is to be believed only when ``reasonForDoubt()``
  ///   has none.
  func presence(of keys: [StoreKey]) -> [Presence] {
    guard let first = keys.first else { return [] }
    do throws(SystemError) {
      let parent = FileSystem.parent(of: place(first.path))
      let opened = try Descriptor(opening: parent, flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK)
      let statuses = opened.statuses(of: keys.map { $0.name }, follow: true)
      return zip(keys, statuses).map { key, status in
        switch status {
        case .success(let status): Presence(status, of: key)
        case .failure(let error): Presence(error)
        }
      }
    } catch  where error.code == EACCES && keys.count > 0 {
      // A folder that may be passed through and not read still tells of names that are asked for.
      return keys.map { key in
        do throws(SystemError) {
          return Presence(try FileSystem.status(of: place(key.path)), of: key)
        } catch {
          return Presence(error)
        }
      }
    } catch {
      return keys.map { _ in Presence(error) }
    }
  }

  /// The files whose paths begin with a prefix, which ends at a folder, in all folders below that. A folder
  /// that is not there holds none.
  func list(_ prefix: [UInt8]) throws(StoreError) -> [ListedObject] {
    var start = prefix
    while start.last == UInt8(ascii: "/") { start.removeLast() }
    var objects: [ListedObject] = []
    var folders: [(path: [UInt8], depth: Int)] = [(start, 0)]
    while let (path, depth) = folders.popLast() {
      // Deeper than any layout of DVC's: a link that leads back up.
      guard depth < 16 else { throw .corrupt("\(shown(path)) is nested too deeply") }
      do throws(SystemError) {
        for (name, status) in try children(of: path) {
          let child = FileSystem.join(path, name)
          switch status.kind {
          case .file: objects.append(ListedObject(path: child, size: Int(status.size)))
          case .directory: folders.append((child, depth + 1))
          case .symbolicLink, .special: break
          }
        }
      } catch  where error.isMissing && depth == 0 {
        continue
      } catch {
        throw StoreError(error)
      }
    }
    return objects.filter { StoreKey(path: $0.path).admits(size: $0.size ?? 0) }
  }

  /// The bytes of an object.
  func contents(of key: StoreKey, limit: Int) throws(StoreError) -> [UInt8] {
    do throws(SystemError) {
      return try FileSystem.read(place(key.path), limit: limit)
    } catch  where error.code == EISDIR {
      throw .absent
    } catch  where error.code == EFBIG {
      throw .corrupt(error.reason)
    } catch {
      throw StoreError(error)
    }
  }

  /// The names in a folder and what they are, symbolic links followed; without what vanished meanwhile.
  private func children(of path: [UInt8]) throws(SystemError) -> [(name: [UInt8], status: FileStatus)] {
    let place = place(path)
    let opened = try Descriptor(opening: place, flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK)
    // Names that begin with a dot are what is still being written, by DVC and by guard.
    let names = try FileSystem.list(opened, place).map(\.name).filter { $0.first != UInt8(ascii: ".") }
    var children: [(name: [UInt8], status: FileStatus)] = []
    for (name, status) in zip(names, opened.statuses(of: names.map { $0[...] }, follow: true)) {
      switch status {
      case .success(let status): children.append((name, status))
      case .failure(let error) where error.isMissing: continue
      case .failure(let error): throw error
      }
    }
    return children
  }

  private func shown(_ path: [UInt8]) -> String { String(decoding: place(path), as: UTF8.self) }
}

extension StoreKey {
  /// The last component.
  fileprivate var name: ArraySlice<UInt8> {
    path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path[...]
  }
}

extension Presence {
  /// What stands at an object's place.
  fileprivate init(_ status: FileStatus, of key: StoreKey) {
    let size = Int(status.size)
    self = status.kind == .file && key.admits(size: size) ? .present(size: size) : .absent
  }

  fileprivate init(_ error: SystemError) {
    let error = StoreError(error)
    self = error == .absent ? .absent : .unknown(error)
  }
}

extension StoreError {
  /// What a failed system call on a folder says.
  init(_ error: SystemError) {
    switch error.code {
    case _ where error.isMissing: self = .absent
    case EACCES, EPERM, EROFS: self = .unauthorised(error.description)
    default: self = .unreachable(error.description)
    }
  }
}
