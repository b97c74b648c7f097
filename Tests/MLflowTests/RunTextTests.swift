import Testing
import Values

@testable import MLflow

@Suite("Keys and values that MLflow takes")
struct RunTextTests {
  @Test(
    "A key that MLflow takes stays",
    arguments: [
      "lr", "train.lr", "a/b", "a b", "a:b", "a-b_c", "Ключ", "列", "é", "0",
      "x" + String(repeating: "y", count: 249),
    ])
  func stays(_ key: String) { #expect(RunText.key(Text(key)) == key) }

  @Test("A letter in two code points is one to MLflow")
  func composes() {
    #expect(RunText.key("e\u{301}").unicodeScalars.map(\.value) == [0xE9])
    #expect(RunText.key("\u{1100}\u{1161}").unicodeScalars.map(\.value) == [0xAC00])
  }

  @Test(
    "A key that MLflow refuses is mapped, and says that it was",
    arguments: [
      ("a[0]", "a_0_-fe63fd80"), ("/a", "a-7b38b7e6"), ("a/", "a-b1e8d5d9"), ("a//b", "a/b-"),
      ("../x", "__/x-"),
      ("a/./b", "a/_/b-"), ("🚀", "_-"), ("", "_-e3b0c442"), (" a ", "a-"), ("a\n", "a_-"),
      ("q\u{330}", "q_-"),
      ("lr=1", "lr_1-"),
    ])
  func mapped(_ key: String, _ start: String) {
    let mapped = RunText.key(Text(key))
    #expect(mapped.hasPrefix(start.hasSuffix("-") ? start : String(start.prefix { $0 != "-" }) + "-"))
    #expect(mapped.utf8.count == start.prefix { $0 != "-" }.utf8.count + 9)
  }

  @Test("Two keys never become one")
  func distinct() {
    let keys: [Text] = ["a[0]", "a(0)", "a{0}", "a_0_", "a=0="]
    #expect(Set(keys.map { RunText.key($0) }).count == keys.count)
  }

  @Test("A long key keeps its head and is marked")
  func long() {
    let key = Text(String(repeating: "п", count: 300))
    let mapped = RunText.key(key)
    #expect(mapped.unicodeScalars.count == 250)
    #expect(mapped.hasPrefix(String(repeating: "п", count: 241) + "-"))
  }

  @Test("Lengths are in code points, and what is cut says so")
  func values() {
    let emoji = Text(String(repeating: "🚀", count: 6000))
    #expect(RunText.parameter(emoji) == emoji.string)
    let long = RunText.parameter(emoji + "x")
    #expect(long.unicodeScalars.count <= 6000)
    #expect(long.hasPrefix(String(repeating: "🚀", count: 5900) + "…[sha256:"))
    #expect(RunText.tag(Text(String(repeating: "a", count: 8000))).count == 8000)
    #expect(RunText.tag(Text(String(repeating: "a", count: 8001))).contains("…[sha256:"))
    #expect(RunText.parameter(Text(utf8: [0x61, 0, 0x62])) == "a\u{FFFD}b")
  }

  @Test("Values are spelled as Python's str() spells them")
  func spelling() {
    let values: [(Value, String)] = [
      (.bool(true), "True"), (.null, "None"), (.float(0.1), "0.1"), (.float(1e-5), "1e-05"),
      (.float(3), "3.0"),
      (.integer(Integer(7)), "7"), (.text("x"), "x"),
      (.list([Node(.integer(Integer(1))), Node(.text("a"))]), "[1, 'a']"),
    ]
    for (value, text) in values { #expect(RunText.parameter(value) == text) }
  }

  @Test("A digest fits, also that of a SHA-256")
  func digests() {
    let directory = String(repeating: "a", count: 32) + ".dir"
    #expect(RunText.digest(directory) == directory)
    #expect(
      RunText.digest(String(repeating: "b", count: 64)) == "sha256-" + String(repeating: "b", count: 29))
  }

  @Test("A run is sent with every key once")
  func prepared() throws {
    var inner = Mapping()
    inner.set("lr", Node(.float(0.1)))
    inner.set("deep", Node(.map(inner)))
    let run = MirroredRun(
      commit: String(repeating: "AB", count: 20), recordDigest: "d", name: "n", start: -5, end: -9,
      parameters: [("train", .map(inner)), ("train.lr", .float(0.2)), ("x", .text("1"))],
      metrics: [("acc", 1), ("acc", 2)], tags: [("guard.commit", "other"), ("t", "v")],
      datasets: [
        MirroredRun.Dataset(name: "d", digest: "1", source: "{}", contexts: ["dvc.out"]),
        MirroredRun.Dataset(name: "d", digest: "1", source: "{}", contexts: ["dvc.dep", "dvc.out"]),
        MirroredRun.Dataset(name: "d", digest: "2", source: "{}", contexts: ["dvc.dep"]),
      ],
      artifacts: [
        MirroredRun.Artifact(name: "a/../#x", content: .bytes([])),
        MirroredRun.Artifact(name: "dvc.lock", content: .bytes([1])),
      ])
    let prepared = try PreparedRun(run)
    #expect(prepared.commit == String(repeating: "ab", count: 20))
    #expect(prepared.parameters.map(\.key) == ["train.lr", "train.deep.lr", "x"])
    #expect(prepared.parameters.first?.value == "0.1")
    #expect(prepared.metrics.map(\.value) == [1])
    #expect(prepared.tags.first { $0.key == "guard.commit" }?.value == prepared.commit)
    #expect(prepared.datasets.map(\.context) == ["dvc.out+dvc.dep", "dvc.dep"])
    #expect(prepared.artifacts.map(\.path) == ["guard/a/__/_x", "guard/dvc.lock"])
    #expect(prepared.start == 0 && prepared.end == 0)
    #expect(throws: TrackingError.self) {
      try PreparedRun(MirroredRun(commit: "' OR", recordDigest: "", name: "", start: 0, end: 0))
    }
  }

  @Test("A batch is never larger than the server and the proxies before it take")
  func batches() throws {
    let parameters = (0..<250).map { (key: Text("p\($0)"), value: Value.text("v")) }
    let metrics = (0..<2500).map { (key: Text("m\($0)"), value: Double($0)) }
    let run = try PreparedRun(
      MirroredRun(
        commit: String(repeating: "a", count: 40), recordDigest: "", name: "n", start: 1, end: 1,
        parameters: parameters, metrics: metrics))
    let tags = (0..<150).map { PreparedRun.Pair(key: "t\($0)", value: "v") }
    let documents = LogBatch.batches(of: run, tags: tags).map { $0.document(run: "r") }
    let counts = documents.map { text in
      [#""step""#, #"{"key":"p"#, #"{"key":"t"#].map { text.components(of: $0) }
    }
    #expect(counts.allSatisfy { $0[0] <= 1000 && $0[1] <= 100 && $0[2] <= 100 && $0.reduce(0, +) <= 1000 })
    #expect(counts.reduce([0, 0, 0]) { zip($0, $1).map(+) } == [2500, 250, 150])
    #expect(counts.count == 3)

    let large = (0..<100).map {
      (key: Text("p\($0)"), value: Value.text(String(repeating: "\u{1}", count: 5000)))
    }
    let heavy = try PreparedRun(
      MirroredRun(
        commit: String(repeating: "a", count: 40), recordDigest: "", name: "n", start: 1, end: 1,
        parameters: large))
    let sizes = LogBatch.batches(of: heavy, tags: []).map { $0.document(run: "r").utf8.count }
    #expect(sizes.count == 4 && sizes.allSatisfy { $0 < 1_000_000 })
    #expect(LogBatch.batches(of: run.forAnothersRun, tags: []).isEmpty)
  }

  @Test("Numbers that JSON does not have are the words that the server knows")
  func numbers() {
    let documents = [Double.nan, .infinity, -.infinity, 0.1, Double("1e-320") ?? 0, -0.0].map {
      PreparedRun.Metric(key: "m", value: $0).document(at: 5)
    }
    let values = ["\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "0.1", "1e-320", "-0.0"]
    #expect(documents == values.map { #"{"key":"m","value":\#($0),"timestamp":5,"step":0}"# })
  }
}

extension String {
  fileprivate func components(of text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
