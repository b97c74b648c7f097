import DVC
import Hashing
import Trees
import Values

/// The files of Git's that DVC's meaning depends on, as the work tree has them beside what is staged.
///
/// Nothing here is asked for unless a rule found something, or something is staged that belongs to a stage.
struct StagedBeside {
  let subject: Subject
  let workTree: any FileTree

  /// Which of these files are not the same in the work tree as in what is judged, in order.
  func differing(_ files: some Sequence<RepositoryPath>) throws(JudgementError) -> [RepositoryPath] {
    var different: [RepositoryPath] = []
    var both: [RepositoryPath] = []
    for file in Set(files).sorted() {
      let (staged, here) = try reading { () throws(TreeError) in
        (try subject.tree.target(of: file), try workTree.target(of: file))
      }
      switch (staged, here) {
      // A file that is not here may be one that Git does not want here, as outside a sparse checkout.
      case (.file?, .file?), (.file?, nil): both.append(file)
      case (nil, .file?):
        // What Git ignores was not forgotten: it cannot be staged.
        let isIgnored = try reading { () throws(TreeError) in
          try workTree.isIgnoredByGit(file, isDirectory: false)
        }
        if !isIgnored { different.append(file) }
      default: break
      }
    }
    let files = both
    if let unstaged = subject.workTree?.unstaged { return (different + (try unstaged(files))).sorted() }
    return (different + (try differingInContent(files))).sorted()
  }

  /// The staged files that are gone here or have another hash.
  private func differingInContent(_ files: [RepositoryPath]) throws(JudgementError) -> [RepositoryPath] {
    try reading { () throws(TreeError) in
      var gone: [RepositoryPath] = []
      var here: [RepositoryPath] = []
      for file in files {
        if try workTree.target(of: file) == nil { gone.append(file) } else { here.append(file) }
      }
      let pairs = zip(try subject.tree.digests(of: here, .md5), try workTree.digests(of: here, .md5))
      return gone + zip(here, pairs).filter { $0.1.0 != $0.1.1 }.map(\.0)
    }
  }

  /// The pipelines and pointers that are here and not staged, in the directories where they would belong.
  func newFiles(beside stages: [JudgedStage], _ paths: some Sequence<RepositoryPath>) -> Set<RepositoryPath> {
    var files: Set<RepositoryPath> = []
    for path in paths {
      files.insert(path.parent.appending(Array("dvc.yaml".utf8)))
      files.insert(path.parent.appending(Array("dvc.lock".utf8)))
    }
    for reference in stages.flatMap({ $0.stage.deps.map(\.reference) + $0.stage.outs.map(\.reference) }) {
      guard case .inside(var path) = reference.location else { continue }
      while !path.isRoot {
        files.insert(path.pointer)
        path = path.parent
      }
    }
    // A root's own `.dvc` directory is no pointer.
    return files.filter { $0.name.count > 4 }
  }
}

extension JudgedProject {
  /// The files of Git's that decide what DVC says: its own, parameters, and outputs that Git keeps.
  var decisiveFiles: Set<RepositoryPath> {
    guard case .success(let project) = project else { return [] }
    var files: Set<RepositoryPath> = []
    for file in project.files {
      files.insert(file.path)
      if file.path.isPipelineFile { files.insert(file.path.lockFile) }
    }
    for stage in project.readableStages { files.formUnion(stage.parameterFiles + stage.gitOutputs) }
    return files
  }
}

extension Stage {
  /// Its parameters files in the repository.
  var parameterFiles: [RepositoryPath] {
    deps.compactMap { dependency in
      guard case .parameters = dependency.kind, case .inside(let path) = dependency.reference.location else {
        return nil
      }
      return path
    }
  }

  /// The outputs that Git keeps.
  var gitOutputs: [RepositoryPath] {
    outs.compactMap { output in
      guard !output.isCached, case .inside(let path) = output.reference.location else { return nil }
      return path
    }
  }

  /// The files and directories that it reads as data or code.
  var dataDependencies: [RepositoryPath] {
    deps.compactMap { dependency in
      guard case .data = dependency.kind, case .inside(let path) = dependency.reference.location else {
        return nil
      }
      return path
    }
  }

  /// Everything that it makes.
  var outputs: [RepositoryPath] {
    outs.compactMap { if case .inside(let path) = $0.reference.location { path } else { nil } }
  }
}
