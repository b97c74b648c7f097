import Trees

extension Project {
  /// Every path that the status of its stages depends on, a directory with all below it, beside DVC's own files and the
  /// files that say what is ignored or how it is converted; `nil` where nobody can say, because something of it
  /// cannot be read.
  public var sources: [RepositoryPath]? {
    var paths = Array(loader.readFiles)
    for file in files {
      guard case .success(let stages) = file.stages else { return nil }
      paths += stages.flatMap { $0.deps.map(\.reference) + $0.outs.map(\.reference) }.compactMap(\.path)
      paths += file.named.results + file.named.metrics + file.named.parameters
      // Templates read it as soon as it is there.
      if file.path.name.elementsEqual("dvc.yaml".utf8) {
        paths.append(file.path.parent.appending(Array("params.yaml".utf8)))
      }
    }
    return paths
  }

  /// Every file that its stages are read from, whatever its name, beside those that say what is ignored; `nil` where nobody
  /// can say, because one of them cannot be read.
  public var readFiles: [RepositoryPath]? {
    var paths = Array(loader.readFiles)
    for file in files {
      guard case .success = file.stages else { return nil }
      paths.append(file.path)
      if file.path.name.elementsEqual("dvc.yaml".utf8) { paths.append(file.path.lockBeside) }
    }
    return paths
  }
}
