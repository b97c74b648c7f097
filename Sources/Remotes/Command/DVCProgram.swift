import Platform

/// The Python that an installed `dvc` runs on.
struct DVCProgram {
  let interpreter: [UInt8]
  let environment: ProcessEnvironment

  /// - Throws: `unsupported` when there is no `dvc`, or it is not a script.
  init(_ environment: ProcessEnvironment) throws(StoreError) {
    guard let script = environment.executable(named: "dvc") else {
      throw .unsupported("only dvc speaks to it, and there is no dvc in PATH")
    }
    let found: [UInt8]?
    do throws(SystemError) {
      found = try PythonScript.interpreter(of: script, environment)
    } catch {
      throw .unsupported(error.description)
    }
    guard let found else {
      throw .unsupported(
        "only dvc speaks to it, and \(String(decoding: script, as: UTF8.self)) is no script of Python "
          + "that guard could ask: install dvc with pip")
    }
    interpreter = found
    self.environment = environment
  }
}
