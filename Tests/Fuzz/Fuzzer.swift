import Glibc
import Platform
import Support

/// Feeds one reader with its seeds, then with what becomes of them. Runs in a process of its own, which a reader
/// that traps, or does not come back, takes with it; the input is then in `recorder`.
struct Fuzzer {
  /// How long to go on.
  enum Effort {
    case inputs(Int)
    case seconds(Int)
  }

  let target: Target
  let effort: Effort
  let seed: UInt64

  /// What the variables of `make fuzz` say, or a few inputs of which every run makes the same.
  init(_ target: Target) {
    self.target = target
    let environment = ProcessEnvironment.current()
    effort = environment["GUARD_FUZZ_SECONDS"].flatMap(Int.init).map { .seconds($0) } ?? .inputs(150)
    seed = environment["GUARD_FUZZ_SEED"].flatMap(UInt64.init) ?? 2026
  }

  /// Where the input stands that is being read; there is no such file when a run has ended well.
  var recorder: [UInt8] { FileSystem.join(Self.root, Array(".build/fuzz/\(target.rawValue)")) }

  /// The inputs that are kept: seeds, and whatever once broke the reader.
  func corpus() throws -> [[UInt8]] {
    let folder = FileSystem.join(Self.root, Array("Tests/Fuzz/Corpus/\(target.rawValue)"))
    return try FileSystem.list(folder).map(\.name).sorted { $0.lexicographicallyPrecedes($1) }
      .map { try FileSystem.read(FileSystem.join(folder, $0), limit: 1 << 20) }
  }

  /// - Returns: how many inputs were read.
  func run() throws -> Int {
    let seeds = try corpus()
    var inputs = seeds
    // What ended the last run comes first, so that it is not lost before it is mended.
    if FileSystem.exists(recorder) { inputs.append(try FileSystem.read(recorder, limit: 1 << 20)) }
    try FileSystem.createDirectories(FileSystem.parent(of: recorder))
    let file = try Descriptor(opening: recorder, flags: O_WRONLY | O_CREAT, mode: 0o644)
    var outcomes: Set<String> = []
    for input in inputs.reversed() { outcomes.insert(try read(input, recordingIn: file)) }

    var mutator = Mutator(seeds: seeds, generator: SeededGenerator(seed: seed))
    let start = SystemClock.monotonicMilliseconds
    var count = inputs.count
    while !isDone(count, SystemClock.monotonicMilliseconds - start) {
      let input = mutator.mutate(inputs)
      let outcome = try read(input, recordingIn: file)
      if outcomes.insert(outcome).inserted, inputs.count < 2000 { inputs.append(input) }
      count += 1
    }
    try FileSystem.remove(recorder)
    return count
  }

  private func isDone(_ count: Int, _ milliseconds: Int64) -> Bool {
    switch effort {
    case .inputs(let most): count >= most
    case .seconds(let most): milliseconds >= Int64(most) * 1000
    }
  }

  /// Reads an input that is on record, within bounded time: SIGALRM ends a process that is not told otherwise.
  private func read(_ input: [UInt8], recordingIn file: borrowing Descriptor) throws -> String {
    guard pwrite(file.number, input, input.count, 0) == input.count, ftruncate(file.number, input.count) == 0
    else {
      throw SystemError(errno, "pwrite", recorder)
    }
    alarm(60)
    defer { alarm(0) }
    // Numbers and quoted names differ from input to input.
    return String(
      target.read(input).unicodeScalars.prefix(80).filter { $0.properties.isAlphabetic }.map(Character.init))
  }

  /// The root of the repository.
  private static let root = FileSystem.parent(
    of: FileSystem.parent(of: FileSystem.parent(of: Array(#filePath))))
}
