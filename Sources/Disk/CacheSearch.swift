import Glibc
import Hashing
import Platform

extension LocalCache {
  /// A look at the modes of objects, begun on other threads.
  public struct Search {
    let objects: [CacheObject]
    private let pending: Parallel.Pending<Seen>

    /// What a look at an object says.
    enum Look: Sendable {
      case missing
      /// Nobody may write it.
      case protected
      /// Only its content can tell.
      case open
    }

    /// What was seen, by the objects' indices.
    struct Seen: Sendable {
      var looks: [(index: Int, look: Look)] = []
      /// Why some cannot be looked at.
      var failures: [Int: SystemError] = [:]
    }

    init(for objects: [CacheObject], in directory: [UInt8]) {
      self.objects = objects
      let folders = Self.folders(of: objects)
      // A thread costs more than looking at a few files.
      let width = objects.count < 1024 ? 1 : Parallel.width
      pending = Parallel.begin(count: folders.count, width: width) { index in
        Self.look(at: folders[index], in: directory)
      }
    }

    /// What was seen, in the order of the objects, and why some could not be looked at.
    func looks() -> (looks: [Look], failures: [Int: SystemError]) {
      var looks = [Look](repeating: .missing, count: objects.count)
      var failures: [Int: SystemError] = [:]
      for seen in pending.results() {
        for (index, look) in seen.looks { looks[index] = look }
        failures.merge(seen.failures) { $1 }
      }
      return (looks, failures)
    }

    /// An object and its place among all of them.
    private typealias Indexed = (index: Int, object: CacheObject)

    /// The objects by the folders that hold them, so that each is opened once. What is not well-formed is in
    /// none.
    private static func folders(of objects: [CacheObject]) -> [[Indexed]] {
      var folders = [[Indexed]](repeating: [], count: 512)
      for (index, object) in objects.enumerated() {
        guard let digest = object.digest else { continue }
        folders[Int(digest.high >> 56) + (object.isLegacy ? 256 : 0)].append((index, object))
      }
      return folders.filter { !$0.isEmpty }
    }

    /// Looks at the objects of one folder.
    private static func look(at objects: [Indexed], in directory: [UInt8]) -> Seen {
      var seen = Seen()
      guard let folder = objects.first?.object.folder else { return seen }
      do throws(SystemError) {
        let folder = try Descriptor(
          opening: FileSystem.join(directory, folder),
          flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK)
        seen.looks.reserveCapacity(objects.count)
        var id: [UInt8] = []
        for (index, object) in objects {
          id.removeAll(keepingCapacity: true)
          object.appendID(to: &id)
          do throws(SystemError) {
            seen.looks.append((index, try look(at: id.dropFirst(2), in: folder)))
          } catch {
            seen.failures[index] = error
          }
        }
      } catch {
        if !error.isMissing { for (index, _) in objects { seen.failures[index] = error } }
      }
      return seen
    }

    /// Looks at an object, links followed.
    private static func look(
      at name: ArraySlice<UInt8>, in folder: borrowing Descriptor
    ) throws(SystemError) -> Look {
      let status: FileStatus
      do throws(SystemError) {
        status = try FileSystem.status(of: name, in: folder, follow: true)
      } catch {
        guard error.isMissing else { throw error }
        return .missing
      }
      if status.mode == 0o444 { return .protected }
      return status.kind == .file ? .open : .missing
    }
  }
}
