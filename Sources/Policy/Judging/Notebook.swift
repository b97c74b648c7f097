import ParameterFiles
import Trees
import Values

/// A Jupyter notebook (nbformat 4; in 3 cells are below `worksheets`).
struct Notebook {
  private let cells: [Mapping]

  /// Reads a notebook; one without a byte has no cells.
  init(_ bytes: [UInt8]) throws(ParameterFileError) {
    guard !bytes.isEmpty else {
      cells = []
      return
    }
    let document = try ParameterFile.read(bytes, format: .json)
    let sheets = document.map?["worksheets"]?.list ?? []
    cells = ([document] + sheets).flatMap { $0.map?["cells"]?.list ?? [] }.compactMap(\.map)
  }

  /// How many cells have outputs.
  var cellsWithOutput: Int { cells.count { $0["outputs"]?.list?.isEmpty == false } }

  /// The code of a cell, and on which line of the file each of its lines is.
  struct Code {
    fileprivate(set) var text: [UInt8] = []
    fileprivate(set) var lines: [Int] = []

    fileprivate init(_ source: [Node]) {
      for node in source {
        guard let part = node.text, let line = node.position?.line else { continue }
        if text.last ?? 0x0A == 0x0A { lines.append(line) }
        for (index, byte) in zip(part.utf8.indices, part.utf8)
        where byte == 0x0A && index + 1 < part.utf8.count { lines.append(line) }
        text += part.utf8
      }
    }
  }

  /// The code in its cells.
  var code: [Code] {
    cells.filter { $0["cell_type"]?.text == "code" }.compactMap { $0["source"] ?? $0["input"] }
      .map { Code($0.list ?? [$0]) }
  }
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
