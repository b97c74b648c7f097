import Platform
import Support
import Testing

/// Whatever stands in a repository, its readers give a value or an error.
@Suite(.serialized) struct FuzzTests {
  /// What `GUARD_FUZZ_ONLY` names; nothing stands for all readers.
  private static let names = (ProcessEnvironment.current()["GUARD_FUZZ_ONLY"] ?? "").split(separator: " ")
    .map(String.init)

  private static let targets = names.isEmpty ? Target.allCases : names.compactMap(Target.init)

  @Test func `only readers that there are can be chosen`() {
    #expect(Self.names.allSatisfy { Target(rawValue: $0) != nil })
  }

  @Test(arguments: targets) func `no input ends a reader`(target: Target) async throws {
    let fuzzer = Fuzzer(target)
    try #require(!fuzzer.corpus().isEmpty)
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) { [target] in
      try StandardStream.output.write("\(try Fuzzer(target).run()) inputs\n")
    }
    let said = result?.standardOutputContent.split(separator: 0x0A).last.map {
      String(decoding: $0, as: UTF8.self)
    }
    print("fuzz: \(target.rawValue): seed \(fuzzer.seed), \(said ?? "ended by an input")")
    let path = fuzzer.recorder.text
    #expect(
      !FileSystem.exists(fuzzer.recorder),
      "the input is \(path): put a copy into Tests/Fuzz/Corpus/\(target.rawValue)")
  }
}
