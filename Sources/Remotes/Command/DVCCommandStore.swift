import Platform
import Values

/// A remote that guard does not speak to, such as Google Drive or HDFS, asked through the installed `dvc`: a
/// process of its Python is started for each call. Slow, and as right as dvc's own file systems are in telling
/// what is absent.
public final class DVCCommandStore: ObjectStore {
  private let remote: RemoteDescription
  private let program: DVCProgram

  /// A remote of any kind that the installed `dvc` knows.
  /// - Parameter environment: where `dvc` is looked for, and what it sees.
  /// - Throws: `unsupported` when there is no `dvc` that can be asked.
  public init(_ remote: RemoteDescription, environment: ProcessEnvironment) throws(StoreError) {
    self.remote = remote
    program = try DVCProgram(environment)
  }

  /// The URL, without a user and a password.
  public var location: String {
    let url = Array(remote.url.utf8)
    guard let colon = url.firstIndex(of: UInt8(ascii: ":")), url[colon...].starts(with: "://".utf8) else {
      return remote.url
    }
    let authority = url[(colon + 3)...].prefix { $0 != UInt8(ascii: "/") }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return remote.url }
    return String(decoding: url[..<(colon + 3)] + url[(at + 1)...], as: UTF8.self)
  }

  /// It is only asked name by name.
  public var listing: Listing? { nil }

  /// Asks for each name.
  public func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    var presences = [Presence](repeating: .unknown(Self.nonsense), count: keys.count)
    perform(keys.map { ($0, []) }, "ask", limit: 0, effort) { index, answer in
      switch answer {
      case .success(.present(let size)):
        presences[index] = keys[index].admits(size: size ?? 1) ? .present(size: size) : .absent
      case .failure(.absent): presences[index] = .absent
      case .failure(let error): presences[index] = .unknown(error)
      case .success: break
      }
    }
    return presences
  }

  /// Not supported.
  public func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    prefixes.map { _ in .failure(.unsupported("remotes that are asked through dvc are not listed")) }
  }

  /// Reads objects into memory.
  public func contents(
    of keys: [StoreKey], limit: Int, _ effort: Effort
  ) -> [Result<[UInt8], StoreError>] {
    var results = [Result<[UInt8], StoreError>](repeating: .failure(Self.nonsense), count: keys.count)
    perform(keys.map { ($0, []) }, "get", limit: limit, effort) { index, answer in
      switch answer {
      case .success(.data(let bytes)): results[index] = .success(bytes)
      case .success(.large): results[index] = .failure(.corrupt("larger than the limit of \(limit) bytes"))
      case .failure(let error): results[index] = .failure(error)
      case .success: break
      }
    }
    return results
  }

  /// Stores files as `dvc push` does; whether an object appears whole or not at all is up to dvc.
  public func put(
    _ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void
  ) {
    perform(uploads.map { ($0.key, [$0.file]) }, "put", limit: 0, effort) { index, answer in
      switch answer {
      case .success(.done):
        effort.sent(uploads[index].size)
        finished(index, .success(()))
      case .failure(.absent): finished(index, .failure(.unreachable("there is no place for it")))
      case .failure(let error): finished(index, .failure(error))
      case .success: finished(index, .failure(Self.nonsense))
      }
    }
  }

  private static let nonsense = StoreError.corrupt("dvc's answer is not one to what was asked")
}

extension DVCCommandStore {
  private enum Answer {
    case present(size: Int?)
    case data([UInt8])
    case large
    case done
  }

  private typealias Task = (key: StoreKey, words: [[UInt8]])

  /// Asks for everything in one process; each task is answered once.
  private func perform(
    _ tasks: [Task], _ verb: String, limit: Int, _ effort: Effort,
    answered: (Int, Result<Answer, StoreError>) -> Void
  ) {
    let asked = tasks.indices.filter { index in
      guard let refusal = tasks[index].key.refusal else { return true }
      answered(index, .failure(refusal))
      return false
    }
    guard !asked.isEmpty else { return }
    var open = Set(asked)
    var reason = Self.nonsense
    do throws(StoreError) {
      try converse(asked.map { tasks[$0] }, verb, limit, effort) { position, answer in
        if open.remove(asked[position]) != nil { answered(asked[position], answer) }
      }
    } catch {
      reason = error
    }
    for index in open.sorted() { answered(index, .failure(reason)) }
  }

  private func converse(
    _ tasks: [Task], _ verb: String, _ limit: Int, _ effort: Effort,
    _ answered: (Int, Result<Answer, StoreError>) -> Void
  ) throws(StoreError) {
    var lines = [
      "jobs \(min(max(effort.jobs, 1), 64))", "limit \(limit)", Self.line("set", ["url", remote.url]),
    ]
    lines += remote.options.map { Self.line("set", [$0.key, $0.value]) }
    lines += tasks.map { Self.line(verb, [$0.key.path] + $0.words) }
    lines.append("go\n")
    var refusal: StoreError?
    do throws(ProcessError) {
      let conversation = try Conversation(command(effort))
      conversation.limit = effort.end
      try conversation.send(Array(lines.joined(separator: "\n").utf8))
      for _ in tasks {
        let line = try conversation.readLine()
        let (position, answer) = Self.answer(line, limit: limit)
        guard let position, tasks.indices.contains(position) else {
          refusal = Self.nonsense
          if position == nil, case .failure(let error) = answer { refusal = error }
          break
        }
        answered(position, answer)
      }
    } catch {
      throw Self.failure(error)
    }
    if let refusal { throw refusal }
  }

  /// The current directory is one where nobody puts a module that Python would load in place of its own.
  private func command(_ effort: Effort) -> Command {
    var environment = program.environment
    environment["PYTHONSAFEPATH"] = "1"
    var command = Command(
      program.interpreter, ["-c", DVCScript.text], environment: environment, directory: [UInt8(ascii: "/")])
    command.deadline = max(effort.left, 1)
    command.output = .capture(limit: 1 << 30)
    return command
  }

  private static func line(_ verb: String, _ words: [String]) -> String {
    line(verb, words.map { Array($0.utf8) })
  }

  private static func line(_ verb: String, _ words: [[UInt8]]) -> String {
    ([verb] + words.map { Hexadecimal.encode($0) }).joined(separator: " ")
  }

  /// - Returns: the position is `nil` for an answer that is one to everything.
  private static func answer(_ line: [UInt8], limit: Int) -> (Int?, Result<Answer, StoreError>) {
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 3, let payload = Hexadecimal.decode(words[2]) else {
      return (nil, .failure(nonsense))
    }
    let position = Int(String(decoding: words[0], as: UTF8.self))
    let why = printable(payload)
    let answer: Result<Answer, StoreError> =
      switch String(decoding: words[1], as: UTF8.self) {
      case "present": .success(.present(size: Int(String(decoding: payload, as: UTF8.self))))
      case "data": .success(.data(payload))
      case "large": .success(.large)
      case "done": .success(.done)
      case "absent": .failure(position == nil ? .unreachable(why) : .absent)
      case "unauthorised": .failure(.unauthorised(why))
      case "unsupported": .failure(.unsupported(why))
      case "unreachable": .failure(.unreachable(why))
      default: .failure(nonsense)
      }
    return (position, answer)
  }

  private static func failure(_ error: ProcessError) -> StoreError {
    switch error {
    case .ended(_, let words): .unreachable("dvc ended: \(printable(words))")
    case .timedOut: .unreachable("dvc did not answer in time")
    case .notStarted, .tooMuchOutput, .system: .unreachable(error.description)
    }
  }
}
