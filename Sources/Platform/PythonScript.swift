import Glibc

/// A script that pip installs, such as `dvc` or `mlflow`, found as the system finds it.
public enum PythonScript {
  /// The Python that a script runs on, by its first line.
  /// - Returns: `nil` when it is no script, or not one of Python.
  public static func interpreter(
    of script: [UInt8], _ environment: ProcessEnvironment
  ) throws(SystemError) -> [UInt8]? {
    let text: [UInt8]
    do throws(SystemError) {
      text = try FileSystem.read(script, limit: 1 << 16)
    } catch  where error.code == EFBIG {
      return nil  // a program of its own
    }
    guard let name = interpreter(of: text[...]), let found = environment.executable(named: name),
      found.isPython
    else { return nil }
    return found
  }

  /// Reads `#!/path/python`, `#!/usr/bin/env python3`, and what pip writes for a long path or one with spaces:
  /// `#!/bin/sh` and on the next line `'''exec' /path/python "$0" "$@"`.
  static func interpreter(of head: ArraySlice<UInt8>) -> [UInt8]? {
    let lines = head.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    guard let first = lines.first, first.starts(with: "#!".utf8) else { return nil }
    let words = first.dropFirst(2).split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let program = words.first else { return nil }
    if program.elementsEqual("/bin/sh".utf8), lines.count > 1 { return executed(by: lines[1]) }
    if program.ends(with: "/env") {
      return words.dropFirst().first { $0.first != UInt8(ascii: "-") }.map(Array.init)
    }
    return Array(program)
  }

  private static func executed(by line: ArraySlice<UInt8>) -> [UInt8]? {
    let start = "'''exec' "
    guard line.starts(with: start.utf8) else { return nil }
    let rest = line.dropFirst(start.utf8.count)
    let quote = UInt8(ascii: "\"")
    return rest.first == quote
      ? Array(rest.dropFirst().prefix { $0 != quote }) : Array(rest.prefix { $0 != UInt8(ascii: " ") })
  }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
  fileprivate func ends(with text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }

  /// Whether the last component of a path is a Python's.
  fileprivate var isPython: Bool {
    let name = suffix(from: lastIndex(of: UInt8(ascii: "/")).map { index(after: $0) } ?? startIndex)
    return name.starts(with: "python".utf8) || name.starts(with: "pypy".utf8)
  }
}
