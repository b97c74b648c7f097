import Git
import Platform
import Trees

extension Surroundings {
  /// Whether Git has a file, so that it may be anybody's. Where that cannot be said it is taken for so.
  func comesWithRepository(_ file: [UInt8]) -> Bool {
    do throws(Failure) {
      let repository = try repository()
      guard let workTree = repository.workTree else { return false }
      // A link in the repository may lead to it by another name.
      for path in [file, try realPath(of: file)] {
        for root in [workTree, try realPath(of: workTree)] {
          if let inside = path.path(inside: root), try isTracked(inside, repository) { return true }
        }
      }
      return false
    } catch {
      // A repository that Git refuses to read is one all the same.
      return FileSystem.parent(of: file).directoriesUpward.contains {
        FileSystem.exists(FileSystem.join($0, Array(".git".utf8)))
      }
    }
  }

  private func isTracked(_ path: RepositoryPath, _ repository: Repository) throws(Failure) -> Bool {
    do { return try repository.tracks(path) } catch { throw Failure(error) }
  }

  private func realPath(of file: [UInt8]) throws(Failure) -> [UInt8] {
    do { return try FileSystem.realPath(of: file) } catch { throw Failure(error) }
  }
}

extension [UInt8] {
  /// The path below a directory; `nil` when it does not lie there.
  fileprivate func path(inside directory: [UInt8]) -> RepositoryPath? {
    RepositoryPath(normalized: self).relative(to: RepositoryPath(normalized: directory)).map {
      RepositoryPath(normalized: $0)
    }
  }
}
