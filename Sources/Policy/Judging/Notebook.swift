import ParameterFiles
import Trees
import Values

/// A Jupyter notebook (nbformat 4; in 3 cells are below `worksheets`).
struct Notebook {
  private let cells: [Mapping]

  /// Reads a notebook.
  init(_ bytes: [UInt8]) throws(ParameterFileError) {
    let document = try ParameterFile.read(bytes, format: .json)
    let sheets = document.map?["worksheets"]?.list ?? []
    cells = ([document] + sheets).flatMap { $0.map?["cells"]?.list ?? [] }.compactMap(\.map)
  }

  /// How many cells have outputs.
  var cellsWithOutput: Int { cells.count { $0["outputs"]?.list?.isEmpty == false } }
}

extension Subject {
  /// A notebook for a rule that looks into it; `nil` where it is not here or does not parse, which is taken down.
  func notebook(at file: RepositoryPath) throws(JudgementError) -> Notebook? {
    guard let bytes = try available(file) else { return nil }
    do { return try Notebook(bytes) } catch {
      let line = error.position.map { ":\($0.line)" } ?? ""
      note(Unjudged(what: "\(file)\(line)", why: "it is no notebook that can be read: \(error.message)"))
      return nil
    }
  }
}
