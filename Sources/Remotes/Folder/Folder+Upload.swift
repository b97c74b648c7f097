import Glibc
import Platform

extension Folder {
  /// Copies a file to its place in one step: whoever looks finds nothing or all of it, also after a loss of
  /// power. What is there already with that size stays, unless it is known to be wrong; anything else is replaced.
  /// - Parameter sent: told the bytes since the last time.
  func put(_ upload: Upload, until end: Int64, sent: @Sendable (Int) -> Void) throws(StoreError) {
    let place = place(upload.key.path)
    let source = try Self.open(upload)
    do throws(SystemError) {
      if !upload.replaces, let there = try FileSystem.existing(place), there.kind == .file,
        there.size == upload.size
      {
        return
      }
      try makeFolders(for: upload.key)
      try write(source, of: upload, to: place, until: end, sent: sent)
    } catch  where error.path == upload.file {
      throw .localFile(error.description)
    } catch  where error.isMissing {
      // The folder was there a moment ago.
      throw .unreachable(error.description)
    } catch {
      throw StoreError(error)
    }
  }

  /// Opens the file to upload, when it is still what it was.
  private static func open(_ upload: Upload) throws(StoreError) -> Descriptor {
    do throws(SystemError) {
      let source = try Descriptor.reading(upload.file)
      guard try source.status(upload.file).size == upload.size else {
        throw SystemError(EIO, "read", upload.file, detail: "not the size it had when it was looked at")
      }
      return source
    } catch {
      throw .localFile(error.description)
    }
  }

  /// Writes beside the place, under a name as DVC's for what is not complete, which `dvc gc` takes away when
  /// guard is killed.
  private func write(
    _ source: borrowing Descriptor, of upload: Upload, to place: [UInt8], until end: Int64,
    sent: @Sendable (Int) -> Void
  ) throws(SystemError) {
    let name = ".guard\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
    let temporary = FileSystem.join(FileSystem.parent(of: place), Array(name.utf8))
    let target = try Descriptor(opening: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
    do throws(SystemError) {
      try source.copy(to: target, path: upload.file, target: temporary) { count throws(SystemError) in
        sent(count)
        guard SystemClock.monotonicMilliseconds < end else {
          throw SystemError(ETIMEDOUT, "write", temporary)
        }
      }
      guard try target.status(temporary).size == upload.size else {
        throw SystemError(EIO, "read", upload.file, detail: "its size changed while it was read")
      }
      Self.protect(target)
      try target.synchronise(temporary)
      try FileSystem.rename(temporary, to: place)
    } catch {
      do throws(SystemError) { try FileSystem.remove(temporary) } catch _ {}
      throw error
    }
  }

  /// Takes the permission to write from an object, which is how DVC marks one that it need not read again
  /// (dvc-data 3.18, `hashfile/db/local.py`). A file system without permissions is no error, as for DVC.
  private static func protect(_ target: borrowing Descriptor) {
    do throws(SystemError) { try target.setMode(0o444) } catch { return }
  }

  /// Makes the folders of an object from the base on. What holds the base is there: ``reasonForDoubt()``.
  private func makeFolders(for key: StoreKey) throws(SystemError) {
    let parent = FileSystem.parent(of: place(key.path))
    if try FileSystem.existing(parent) != nil { return }
    var folder = base
    try makeFolder(folder)
    for name in key.path.split(separator: UInt8(ascii: "/")).dropLast() {
      folder = FileSystem.join(folder, Array(name))
      try makeFolder(folder)
    }
  }

  /// Makes a folder unless it is there. With `shared = group`, members of the group may write into it, and
  /// what is made in it belongs to the group (mode 2775, whatever the umask says).
  private func makeFolder(_ folder: [UInt8]) throws(SystemError) {
    if try FileSystem.existing(folder) != nil { return }
    try FileSystem.createDirectories(folder)
    guard isShared else { return }
    do throws(SystemError) { try FileSystem.setMode(0o2775, of: folder) } catch { return }
  }
}
