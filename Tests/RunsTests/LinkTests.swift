import Git
import Support
import Testing
import Values

@testable import Runs

/// Links, and the ledger that keeps them beside the records.
@Suite struct LinkTests {
  private let commit = "e6552e20258aa9c4f3c6c7c39c836b5ab304c4bc"

  @Test func `each link is one line in canonical form, and read again`() throws {
    let id = CommitID(try #require(ObjectID(hexadecimal: commit.utf8)))
    let links: [(Link, String)] = [
      (.rewrite(from: id, how: "amend"), #"{"from":"\#(commit)","how":"amend","t":"rewrite"}"#),
      (
        .run(
          RunLink(
            .record, run: "r1", experiment: "21", server: "https://u:p@mlflow.example/ml/?x=1",
            workspace: "default")),
        #"{"experiment":"21","role":"record","run":"r1","server":"https://mlflow.example/ml","t":"mlflow","#
          + #""workspace":"default"}"#
      ),
      (
        .run(
          RunLink(
            .training, run: "r2", experiment: "21", server: "http://h:5000", evidence: .runIDFile,
            stage: "train",
            isAmbiguous: true)),
        #"{"ambiguous":true,"evidence":"run-id-file","experiment":"21","role":"training","run":"r2","#
          + #""server":"http://h:5000","stage":"train","t":"mlflow"}"#
      ),
      (
        .run(RunLink(.training, run: "r3", experiment: "21", server: "http://h:5000", evidence: .inherited)),
        #"{"evidence":"inherited","experiment":"21","role":"training","run":"r3","server":"http://h:5000","t":"mlflow"}"#
      ),
      (
        .signature(
          Link.Signature(
            digest: "ab", [.init(keyID: "SHA256:k", signature: "c2ln"), .init(keyID: "l", signature: "")])),
        #"{"digest":{"sha256":"ab"},"payloadType":"application/vnd.in-toto+json","signatures":["#
          + #"{"keyid":"SHA256:k","sig":"c2ln"},{"keyid":"l","sig":""}],"t":"signature"}"#
      ),
    ]
    for (link, text) in links {
      #expect(link.line.text == text + "\n")
      #expect(Link(line: link.line) == link)
    }
    for line in ["", "{}", "[]", "x", #"{"t":"else"}"#, #"{"t":"rewrite","from":"1"}"#, #"{"t":"mlflow"}"#] {
      #expect(Link(line: Array(line.utf8)) == nil)
    }
  }

  @Test func `the ledger keeps records and links, and unknown lines stay`() throws {
    let repository = try RunsFixture.repository()
    let opened = try RunsFixture.open(repository)
    let ledger = Ledger(opened)
    let head = try #require(try opened.head())
    let record = try RecordBuilder(opened).record(of: head)
    #expect(try ledger.records.snapshot().tip == nil)
    #expect(try ledger.records.kept(of: head).state(beside: record) == .missing)
    guard case .written(_, notes: 1) = try ledger.records.write([record]) else {
      Issue.record("nothing was written")
      return
    }
    #expect(try ledger.records.write([record]) == .unchanged)
    #expect(try repository.git("notes", "--ref=guard/runs", "show") == record.line)
    #expect(try ledger.records.kept(of: head).state(beside: record) == .current)
    // A join of notes leaves other lines beside it: they do not count.
    try repository.git("notes", "--ref=guard/runs", "append", "-m", #"{"x":1}"#)
    #expect(try ledger.records.kept(of: head).state(beside: record) == .current)

    try repository.git("notes", "--ref=guard/links", "add", "-m", #"{"t":"of a newer guard"}"#)
    let link = Link.rewrite(from: head, how: "amend")
    try ledger.links.append([head: [link, link]])
    #expect(try ledger.links.append([head: [link]]) == .unchanged)
    #expect(try ledger.links.of(head) == [link])
    #expect(try ledger.links.all() == [head: [link]])
    #expect(
      try repository.git("notes", "--ref=guard/links", "show").text
        == link.line.text + #"{"t":"of a newer guard"}"# + "\n")
  }

  @Test func `of several records the highest schema counts, and one of a newer guard is left alone`() throws {
    let repository = try RunsFixture.repository()
    let opened = try RunsFixture.open(repository)
    let head = try #require(try opened.head())
    let record = try RecordBuilder(opened).record(of: head)
    let line = record.line.text
    let stale = line.replacing("\"seed\":7", with: "\"seed\":8")
    let newer = line.replacing("\"schema\":1", with: "\"schema\":2")
    let other = line.replacing("\(head)", with: commit)
    func state(_ note: String) -> RecordState {
      KeptRecord(note: Array(note.utf8), of: head).state(beside: record)
    }
    #expect(state("") == .missing && state("\n\nnoise\n" + other) == .missing)
    #expect(state(other + "\n" + line) == .current)
    #expect(state(stale) == .stale(["params", "stages"]))
    // Of equals the one whose bytes come first counts.
    #expect(state(stale + line) == .current && state(line + stale) == .current)
    #expect(state(line + newer) == .newer(schema: 2))
    try repository.git("notes", "--ref=guard/runs", "add", "-m", newer)
    #expect(try Ledger(opened).records.write([record]) == .unchanged)
    try repository.git("notes", "--ref=guard/runs", "add", "-f", "-m", stale)
    try Ledger(opened).records.write([record])
    #expect(try repository.git("notes", "--ref=guard/runs", "show").text == line)
  }
}
