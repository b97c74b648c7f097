import Git
import Platform
import Values

extension Surroundings {
  /// The branch that a commit made now would come to be on: the one that is checked out, or that is being rebased;
  /// `nil` when HEAD is detached otherwise.
  func currentBranch() throws(Failure) -> Text? {
    let repository = try repository()
    do throws(GitError) {
      if let reference = try repository.headReference() { return Text(utf8: reference).branchName }
    } catch {
      throw Failure(error)
    }
    // Git 2.39, `sequencer.c` and `builtin/am.c`: a rebase works on a detached HEAD, and keeps the branch's name.
    for name in ["rebase-merge/head-name", "rebase-apply/head-name"] {
      let file = FileSystem.join(repository.gitDirectory, Array(name.utf8))
      do throws(SystemError) {
        let bytes = try FileSystem.read(file, limit: 1 << 16)
        return Text(utf8: bytes.prefix { $0 != UInt8(ascii: "\n") }).branchName
      } catch {
        guard error.isMissing else { throw Failure(error) }
      }
    }
    return nil
  }
}

extension Text {
  /// The name of the branch that a reference is; `nil` for another one.
  var branchName: Text? {
    hasPrefix("refs/heads/") ? Text(utf8: utf8.dropFirst("refs/heads/".utf8.count)) : nil
  }
}
