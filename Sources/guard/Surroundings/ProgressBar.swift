import Platform
import Synchronization
import Transfer

/// A line on a terminal that says how far an upload is: shown after 300 ms, taken away at the end.
final class ProgressBar: Sendable {
  private struct State {
    var last: Int64 = 0
    var isShown = false
  }

  private let isOn: Bool
  private let start = SystemClock.monotonicMilliseconds
  private let state = Mutex(State())

  init(_ surroundings: Surroundings) {
    isOn =
      surroundings.showsProgress && StandardStream.error.isTerminal && surroundings.environment["CI"] == nil
      && surroundings.environment["TERM"] != "dumb"
  }

  /// Shows how far it is, ten times a second at most; any thread may call.
  func show(_ progress: Uploader.Progress) {
    let now = SystemClock.monotonicMilliseconds
    guard isOn, now - start > 300 else { return }
    state.withLock { state in
      guard now - state.last > 100 else { return }
      state = State(last: now, isShown: true)
      write("\r\u{1B}[K" + line(progress, seconds: Double(now - start) / 1000))
    }
  }

  /// Takes the line away.
  func end() {
    state.withLock { state in
      if state.isShown { write("\r\u{1B}[K") }
      state = State(last: .max, isShown: false)
    }
  }

  private func line(_ progress: Uploader.Progress, seconds: Double) -> String {
    let rate = Double(progress.bytes) / seconds
    let left = progress.secondsLeft(after: seconds)
    let time = left.map { ", \($0 / 60):\($0 % 60 < 10 ? "0" : "")\($0 % 60) left" } ?? ""
    return "guard: \(progress.objects)/\(progress.allObjects) objects, \(Self.amount(progress.bytes)) of "
      + "\(Self.amount(progress.allBytes)), \(Self.amount(Int(rate)))/s\(time)"
  }

  /// Bytes for a person: `1.2 MB`.
  static func amount(_ bytes: Int) -> String {
    for (name, unit) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)] where bytes >= unit {
      return "\(bytes / unit).\(bytes % unit * 10 / unit) \(name)"
    }
    return "\(bytes) bytes"
  }

  private func write(_ text: String) {
    // Nobody is left to look when the terminal has gone.
    try? StandardStream.error.write(text)
  }
}
