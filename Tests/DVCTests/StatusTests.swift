import DVC
import Testing
import Trees
import Values

/// What `dvc status` of DVC 3.67 prints for these repositories in a fresh clone.
@Suite struct StatusTests {
  private static let code = "print(1)\n"
  private static let pipeline = """
    stages:
      train:
        cmd: python train.py
        deps: [train.py]
        params: [lr, opt.name]
        outs: [model.bin]
        metrics: [{m.json: {cache: false}}]
    """
  private static func lock(command: String = "python train.py") -> String {
    """
    schema: '2.0'
    stages:
      train:
        cmd: \(command)
        deps:
        - {path: train.py, hash: md5, md5: \(StatusFixture.md5(code)), size: 9}
        params:
          params.yaml: {lr: 0.1, opt.name: sgd}
        outs:
        - {path: m.json, hash: md5, md5: \(StatusFixture.md5("{}"))}
        - {path: model.bin, hash: md5, md5: 0123456789abcdef0123456789abcdef}
    """
  }
  private static var clean: StatusFixture {
    StatusFixture(files: [
      ".dvc/config": "", "dvc.yaml": pipeline, "dvc.lock": lock(), "train.py": code,
      "params.yaml": "lr: 0.1\nopt: {name: sgd}\n", "m.json": "{}",
    ])
  }

  @Test func aFaultNamesAFileFromTheRootOfTheRepository() throws {
    let fixture = StatusFixture(files: [
      ".dvc/config": "", "sub/params.yaml": "lr: 1", "sub/dvc.yaml": "vars: ['params.yaml:lr']",
    ])
    #expect(
      try fixture.fault()?.message
        == "vars: cannot load 'sub/params.yaml': it is loaded already, at least in part")
  }

  @Test func aCommitThatIsCoherentIsClean() throws {
    #expect(try Self.clean.status() == "{}")
  }

  @Test func everyKindOfChangeIsTold() throws {
    var fixture = Self.clean
    fixture.files["train.py"] = "print(2)\n"
    fixture.files["params.yaml"] = "lr: 0.2\n"
    fixture.files["m.json"] = "{\"a\": 1}"
    fixture.files["dvc.lock"] = Self.lock(command: "python old.py")
    #expect(
      try fixture.status()
        == #"{"train": [{"changed deps": {"train.py": "modified", "params.yaml": {"lr": "modified", "opt.name": "deleted"}}}, {"changed outs": {"m.json": "modified"}}, "changed command"]}"#
    )
  }

  /// The walk sees `a/x` before `a-b`; DVC's list has them in the order of their letters.
  @Test func aDirectoryHasTheHashOfItsFilesInTheOrderOfTheirPaths() throws {
    let names: [Text] = ["a-b", "a.txt", "a/x", "a/y/z", "b", "é"]
    let manifest = Manifest(
      names.reversed().map { Manifest.File(path: $0, hash: Text(StatusFixture.md5($0.string))) })
    var files: [RepositoryPath: String] = [".dvc/config": ""]
    for name in names { files[RepositoryPath(normalized: Array("data/".utf8) + name.utf8)] = name.string }
    files["data.dvc"] = "outs: [{md5: \(manifest.objectID), hash: md5, path: data, cache: false}]\n"
    #expect(try StatusFixture(files: files).status() == "{}")
    files["data/b"] = "other"
    #expect(
      try StatusFixture(files: files).status() == #"{"data.dvc": [{"changed outs": {"data": "modified"}}]}"#)
  }

  @Test func aStageWithoutLockHasModifiedDepsAndNoCommandLine() throws {
    var fixture = Self.clean
    fixture.files["dvc.lock"] = nil
    #expect(
      try fixture.status()
        == #"{"train": [{"changed deps": {"train.py": "modified", "params.yaml": "new"}}, {"changed outs": {"model.bin": "deleted", "m.json": "modified"}}]}"#
    )
  }

  @Test func theOutputOfAnotherStageCountsByItsRecordedHash() throws {
    let out = "0123456789abcdef0123456789abcdef"
    var fixture = StatusFixture()
    fixture.files["dvc.yaml"] = """
      stages:
        a: {cmd: a, outs: [x]}
        b: {cmd: b, deps: [x], outs: [y]}
      """
    let lock = """
      schema: '2.0'
      stages:
        a: {cmd: a, outs: [{path: x, hash: md5, md5: \(out)}]}
        b: {cmd: b, deps: [{path: x, hash: md5, md5: DEP}], outs: [{path: y, hash: md5, md5: \(out)}]}
      """
    fixture.files["dvc.lock"] = lock.replacingFirst("DEP", with: out)
    #expect(try fixture.status() == "{}")
    fixture.files["dvc.lock"] = lock.replacingFirst("DEP", with: String(out.reversed()))
    #expect(try fixture.status() == #"{"b": [{"changed deps": {"x": "modified"}}]}"#)
  }

  @Test func aDependencyInsideATrackedDirectoryNeedsTheManifest() throws {
    let manifest = Manifest([Manifest.File(path: "s/f", hash: "0123456789abcdef0123456789abcdef")])
    var fixture = StatusFixture()
    fixture.files["data.dvc"] = "outs: [{path: data, hash: md5, md5: \(manifest.objectID)}]"
    fixture.files["dvc.yaml"] = "stages: {a: {cmd: a, deps: [data/s/f, data]}}"
    fixture.files["dvc.lock"] = """
      schema: '2.0'
      stages:
        a: {cmd: a, deps: [{path: data, hash: md5, md5: \(manifest.objectID)},
          {path: data/s/f, hash: md5, md5: 0123456789abcdef0123456789abcdef}]}
      """
    #expect(try fixture.status() == "{}")
    #expect(try fixture.notChecked().map(\.path) == ["data/s/f"])
    fixture.objects[manifest.objectID.string] = manifest.bytes
    #expect(try fixture.status() == "{}")
    #expect(try fixture.notChecked().isEmpty)
    fixture.files["dvc.lock"] = fixture.files["dvc.lock"]?.replacingFirst("0123", with: "1123")
    #expect(try fixture.status() == #"{"a": [{"changed deps": {"data/s/f": "modified"}}]}"#)
  }

  /// `dvc init` writes a `.dvcignore`, so nearly every repository has one.
  @Test func anIgnoreFileDoesNotMakeARecordedDirectoryUnknown() throws {
    let id = "0123456789abcdef0123456789abcdef.dir"
    var fixture = StatusFixture()
    fixture.files[".dvcignore"] = "# comment\n__pycache__/\n"
    fixture.files["data.dvc"] = "outs: [{path: data, hash: md5, md5: \(id)}]"
    fixture.files["dvc.yaml"] = "stages: {a: {cmd: a, deps: [data]}}"
    let lock = "schema: '2.0'\nstages: {a: {cmd: a, deps: [{path: data, hash: md5, md5: \(id)}]}}"
    fixture.files["dvc.lock"] = lock
    #expect(try fixture.status() == "{}")
    fixture.files["dvc.lock"] = lock.replacingFirst("0123", with: "1123")
    #expect(try fixture.status() == #"{"a": [{"changed deps": {"data": "modified"}}]}"#)
    #expect(try fixture.notChecked().isEmpty)
  }

  @Test func aDirectoryBesideOneWithoutListIsJudged() throws {
    var fixture = StatusFixture()
    fixture.files["data.dvc"] = "outs: [{path: data, hash: md5, md5: 0123456789abcdef0123456789abcdef.dir}]"
    fixture.files["src/a.py"] = "a"
    fixture.files["dvc.yaml"] = "stages: {a: {cmd: a, deps: [src]}}"
    fixture.files["dvc.lock"] = """
      schema: '2.0'
      stages: {a: {cmd: a, deps: [{path: src, hash: md5, md5: 0123456789abcdef0123456789abcdef.dir}]}}
      """
    #expect(try fixture.status() == #"{"a": [{"changed deps": {"src": "modified"}}]}"#)
    #expect(try fixture.notChecked().isEmpty)
  }

  @Test func recordsDecideWhereTheListIsMissing() throws {
    let id = "0123456789abcdef0123456789abcdef.dir"
    var fixture = StatusFixture()
    fixture.files["data.dvc"] = "outs: [{path: data, hash: md5, md5: \(id)}]"
    fixture.files["dvc.yaml"] = "stages: {a: {cmd: a, deps: [data]}}"
    // A dependency of DVC 2, hashed by another algorithm: the same letters are the same files.
    let lock = "schema: '2.0'\nstages: {a: {cmd: a, deps: [{path: data, md5: \(id)}]}}"
    fixture.files["dvc.lock"] = lock
    #expect(try fixture.status() == "{}")
    #expect(try fixture.notChecked().isEmpty)
    fixture.files["dvc.lock"] = lock.replacingFirst("0123", with: "1123")
    #expect(try fixture.notChecked().map(\.path) == ["data"])
    // Nothing recorded, whatever is there.
    fixture.files["dvc.yaml"] = "stages: {a: {cmd: a, deps: [data/file, data]}}"
    fixture.files["dvc.lock"] = "schema: '2.0'\nstages: {a: {cmd: a}}"
    #expect(try fixture.status() == #"{"a": [{"changed deps": {"data": "modified"}}]}"#)
    #expect(try fixture.notChecked().map(\.path) == ["data/file"])
  }

  @Test func aFrozenStageShowsOnlyItsCommandAndOuts() throws {
    var fixture = Self.clean
    fixture.files["dvc.yaml"] = Self.pipeline + "\n    frozen: true\n"
    fixture.files["train.py"] = "print(2)\n"
    #expect(try fixture.status() == "{}")
  }

  @Test(arguments: [
    ("stages: {a@b: {cmd: x}}", DVCError.Kind.template), ("stages: {a: {cmd: x, deps: [b.dvc]}}", .path),
    ("stages: {a: {cmd: x, frozen: yes}}", .invalid), ("stages: {a: {cmd: x, deps: }}", .invalid),
    ("stages: {a: {cmd: '${nope}'}}", .template), ("nope: 1", .invalid),
    ("stages: {a: {cmd: '${a.${b}}'}}", .template),
    ("stages: {a: {cmd: x, outs: [.dvc/x]}}", .path), ("vars: ['${x}']", .template),
    ("stages: {'': {cmd: x}}", .unsupported),
  ])
  func whatDVCRefusesIsAFault(pipeline: String, kind: DVCError.Kind) throws {
    var fixture = StatusFixture()
    fixture.files["dvc.yaml"] = pipeline
    #expect(try fixture.fault()?.kind == kind)
  }

  @Test func aLockOfDVC1IsNamedAsSuch() throws {
    var fixture = StatusFixture()
    fixture.files["dvc.yaml"] = "stages: {a: {cmd: x}}"
    fixture.files["dvc.lock"] = "a: {cmd: x}"
    #expect(try fixture.fault()?.kind == .oldLock)
  }
}

extension String {
  func replacingFirst(_ needle: String, with replacement: String) -> String {
    Text(self).replacing(Text(needle), with: Text(replacement)).string
  }
}
