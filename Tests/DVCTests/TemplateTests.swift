import DVC
import Testing
import Trees
import Values

/// Templates, seen through the commands of the stages that they give (`dvc.md` sections 2.3 to 2.5).
@Suite struct TemplateTests {
  private func commands(
    _ pipeline: String, parameters: String? = nil, files: [RepositoryPath: String] = [:]
  ) throws -> [String] {
    var fixture = StatusFixture()
    fixture.files.merge(files) { $1 }
    fixture.files["dvc.yaml"] = pipeline
    if let parameters { fixture.files["params.yaml"] = parameters }
    return try fixture.project().stages().map { stage in
      "\(stage.name ?? "") \(stage.command?.value.pythonString ?? "")"
    }
  }

  @Test(arguments: [
    ("${v}", "a 1"), ("x${v}y", "a x1y"), ("$${v}", "a $1"), (#"\\${v}"#, "a ${v}"), ("${ v }", "a 1"),
    ("${l[1]} ${l.-1}", "a 2 2"),
    ("$(ls) $HOME", "a $(ls) $HOME"), ("${f} ${b} ${n}!", "a 1000.0 true None!"), ("${p.q}", "a deep"),
  ])
  func tokens(template: String, expected: String) throws {
    let parameters = "v: 1\nl: [1, 2]\nf: 1e3\nb: true\nn: null\np: {q: deep}\n"
    #expect(try commands("stages: {a: {cmd: \"\(template)\"}}", parameters: parameters) == [expected])
  }

  @Test func aMapInACommandBecomesArguments() throws {
    let parameters = """
      d: {a: 1, b: true, c: false, s: "x y", q: "it's", l: [1, "a b"], n: {m: 2}, f: 1.5, nul: null, e: [], emp: {}}
      """
    #expect(
      try commands("stages: {a: {cmd: 'x ${d}'}}", parameters: parameters)
        == [#"a x --a 1 --b --s 'x y' --q 'it'"'"'s' --l 1 'a b' --n.m 2 --f 1.5 --nul None"#])
  }

  @Test(arguments: [
    ("[yes, true, 1.5, null]", ["g@yes", "g@true", "g@1.5", "g@None"]), ("[{a: 1}, b]", ["g@0", "g@1"]),
    ("{x: 1, true: 2}", ["g@x", "g@true"]), ("${flags}", ["g@True", "g@False"]),
    ("[a, b, a]", ["g@a", "g@b"]), ("[]", []),
  ])
  func foreachNames(data: String, names: [String]) throws {
    let found = try commands(
      "stages: {g: {foreach: \(data.hasPrefix("$") ? "'\(data)'" : data), do: {cmd: x}}}",
      parameters: "flags: [true, false]\n")
    #expect(found == names.map { $0 + " x" })
  }

  @Test func matrixNamesAreTheProductWithTheLastAxisFastest() throws {
    let found = try commands("stages: {t: {matrix: {f: [a, {x: 1}], l: ab}, cmd: 'run ${item.l} ${key}'}}")
    #expect(found == ["t@a-a run a a-a", "t@a-b run b a-b", "t@f1-a run a f1-a", "t@f1-b run b f1-b"])
  }

  @Test func variablesMergeAndCollide() throws {
    #expect(try commands("vars: [{a: {x: 1}}, {a: {y: 2}}]\nstages: {s: {cmd: '${a.x}${a.y}'}}") == ["s 12"])
    #expect(throws: DVCError.self) { try commands("vars: [{a: 1}, {a: 2}]\nstages: {s: {cmd: x}}") }
    #expect(throws: DVCError.self) { try commands("stages: {s: {cmd: x}}", parameters: "d: 2024-01-01\n") }
  }

  /// The error as its place and its message.
  private func error(_ pipeline: String, _ files: [RepositoryPath: String]) -> String {
    do {
      _ = try commands(pipeline, files: files)
      return ""
    } catch let error as DVCError {
      return "\(error.file):\(error.position?.line ?? 0): \(error.message)"
    } catch { return "\(error)" }
  }

  @Test func whatIsWrongInAFileOfValuesIsToldOfThatFile() {
    let plain = "stages: {s: {cmd: x}}\n"
    #expect(
      error(plain, ["params.yaml": "a: 1\nd:\n  e: [1, 2024-01-01]\n"])
        == "params.yaml:3: the value of 'd.e.1' is of type 'date', which templates cannot use; in quotes it is "
        + "a text")
    #expect(
      error("vars: [v.yaml]\n" + plain, ["v.yaml": "\nd: 2024-01-01\n"]).hasPrefix(
        "v.yaml:2: the value of 'd' is of type 'date'"))
    #expect(
      error("stages:\n  s:\n    vars: [v.yaml]\n    cmd: x\n", ["v.yaml": "d: 2024-01-01\n"]).hasPrefix(
        "v.yaml:1: the value of 'd' is of type 'date'"))
    #expect(
      error("vars:\n- d: 2024-01-01\n" + plain, [:]).hasPrefix("dvc.yaml:2: vars: the value of 'd' is"))
    #expect(
      error("vars: [v.yaml]\n" + plain, ["params.yaml": "a: {b: 1}\n", "v.yaml": "c: 1\na:\n  b: 2\n"])
        == "v.yaml:3: cannot redefine 'a.b': it is in 'params.yaml' already")
    #expect(
      error("vars: [v.yaml, a: 2]\n" + plain, ["v.yaml": "a: 1\n"])
        == "dvc.yaml:1: vars: cannot redefine 'a': it is in 'v.yaml' already")
    #expect(
      error(plain, ["params.yaml": "- 1\n"]) == "params.yaml:1: expected a map in 'params.yaml', got list")
  }
}
