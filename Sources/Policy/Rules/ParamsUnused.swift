import DVC
import Trees
import Values

extension Rule {
  static let paramsUnused = Rule(
    "params/unused", nil,
    summary: "a key of a parameters file that no stage declares",
    explanation: """
      DVC runs a stage anew when a parameter changes that its `params:` declares. A key that nobody declares can be \
      changed without anything happening: it is left over, or the stage that reads it does not say so, and then its \
      results are not what the commit claims.

      Only files are looked at of which stages declare some keys. A key that a template of `dvc.yaml` names (`${lr}`) \
      is used, and so is every key of a file that a stage takes as a whole. Of a group of keys of which none is used the \
      group is told. The rule is off unless policy turns it on: many teams keep settings in the same file that change no \
      result.
      """,
    example: Example(
      fails: #"""
        $ echo 'dropout: 0.3' >> params.yaml
        $ printf 'rules: {params/unused: warn}\n' > .guard.yml
        $ git add -A
        $ guard check --staged
        params.yaml:2: warning: no stage declares the parameter 'dropout' [params/unused]
            do:  name it under 'params:' of the stage that reads it, or take it out of params.yaml
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ sed -i '/dropout/d' params.yaml
        $ git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for project in try subject.projects() {
      guard case .success(let content) = project.project else { continue }
      for key in project.unusedParameters(content) {
        let name = key.names.joined(separator: ".")
        findings.append(
          Finding(
            "params/unused", at: Place(key.file, key.position), key: name,
            message: "no stage declares the parameter '\(name)'",
            advice: "name it under 'params:' of the stage that reads it, or take it out of \(key.file)"))
      }
    }
    return findings
  }
}

/// A key that nobody declares.
private struct UnusedKey {
  let file: RepositoryPath
  let names: [Text]
  let position: Position?
}

extension JudgedProject {
  fileprivate func unusedParameters(_ content: Project) -> [UnusedKey] {
    let stages = content.readableStages
    var declared: [RepositoryPath: [ParameterPattern]] = [:]
    var whole = Set(stages.flatMap(\.dataDependencies))
    for dependency in stages.flatMap(\.deps) {
      guard case .parameters(let keys, _) = dependency.kind, let path = dependency.reference.path else {
        continue
      }
      if keys.isEmpty { whole.insert(path) }
      declared[path, default: []] += keys.compactMap(\.text).map(ParameterPattern.init)
    }
    let files = declared.keys.filter { !whole.contains($0) }.sorted()
    guard !files.isEmpty else { return [] }
    let templates = content.files.filter { $0.path.isPipelineFile }.flatMap { file in
      // A file that cannot be read is what lock/unreadable tells.
      ParameterPattern.inTemplates(of: (try? tree.contents(of: file.path)) ?? [])
    }
    return files.flatMap { file -> [UnusedKey] in
      // Neither can this one then.
      guard let document = try? content.document(at: file), let map = document.map else { return [] }
      return Self.unused(in: map, of: file, [], (declared[file] ?? []) + templates)
    }
  }

  private static func unused(
    in map: Mapping, of file: RepositoryPath, _ names: [Text], _ used: [ParameterPattern]
  ) -> [UnusedKey] {
    map.entries.flatMap { entry -> [UnusedKey] in
      guard let name = entry.key.text else { return [] }
      let path = names + [name]
      if used.contains(where: { $0.covers(path) }) { return [] }
      guard used.contains(where: { $0.reachesBelow(path) }) else {
        return [UnusedKey(file: file, names: path, position: entry.key.position)]
      }
      return entry.value.map.map { unused(in: $0, of: file, path, used) } ?? []
    }
  }
}
