import Git
import Support
import Testing
import Values

@testable import Runs

/// SLSA provenance of a record. That it is what SLSA and in-toto say, `Tests/Attestations` has their own programs judge.
@Suite struct ProvenanceTests {
  private func record(_ stages: String, introducedBy: String = "1") throws -> RunRecord {
    let commit = String(repeating: "1", count: 40)
    let line = """
      {"_type":"https://in-toto.io/Statement/v1","predicate":{"results":{"introducedBy":"\
      \(String(repeating: introducedBy, count: 40))"},"schema":1,"stages":\(stages)},"predicateType":\
      "https://guard-dvc.org/run-record/v1","subject":[{"digest":{"gitCommit":"\(commit)"}}]}
      """
    return try #require(RunRecord(line: Array(line.utf8)))
  }

  private let stage = """
    {"train":{"inputDigest":"d","outs":[{"name":"m","digest":{"md5":"e9baf9647e67ba54bdb8655763f8aa82"}}]}}
    """

  @Test(
    "a repository is a URI without user and password, and a path of this machine is not told",
    arguments: [
      ("https://git.example.org/team/model.git", "git+https://git.example.org/team/model.git"),
      ("https://u:p@git.example.org:8443/m?x=1#y", "git+https://git.example.org:8443/m"),
      ("ssh://git@h:22/~me/m", "git+ssh://h:22/~me/m"), ("git@h:team/m.git", "git+ssh://h/team/m.git"),
      ("h:/abs/m", "git+ssh://h/abs/m"), ("git://h/m", "git+git://h/m"), ("/srv/m", nil), ("./a:b/m", nil),
      ("../m", nil), ("file:///srv/m", nil), ("", nil),
    ])
  func repository(url: String, uri: String?) throws {
    let provenance = try #require(try Provenance(of: record(stage), repository: Text(url)))
    let definition = provenance.statement["predicate"]?["buildDefinition"]
    let whole = uri.map { $0 + "@" + String(repeating: "1", count: 40) }
    #expect(definition?["externalParameters"]?["source"]?.text?.string == whole)
    #expect(definition?["resolvedDependencies"]?.array?.first?["uri"]?.text?.string == whole)
  }

  @Test func `outputs without a hash are left out, and without any output there is none`() throws {
    let url = #"{"name":"s3://b/k","uri":"s3://b/k","annotations":{"etag":"e"}}"#
    let both = #"{"s":{"inputDigest":"d","outs":[{"name":"a","digest":{"md5":"0"}},\#(url)]}}"#
    let provenance = try #require(try Provenance(of: record(both), repository: nil))
    #expect(provenance.outputsWithoutDigest == ["s3://b/k"])
    #expect(provenance.statement["subject"]?.array?.map { $0["name"]?.text } == ["a"])
    #expect(
      try Provenance(of: record(#"{"s":{"inputDigest":"d","outs":[\#(url)]}}"#), repository: nil) == nil)
    #expect(try Provenance(of: record("{}"), repository: nil) == nil)
  }

  @Test func `what a stage makes is no dependency, whole or in part`() throws {
    let stages = """
      {"a":{"inputDigest":"d","deps":[{"name":"raw","digest":{"md5":"0"}},{"name":"s3://b/k","uri":"s3://b/k"}],\
      "outs":[{"name":"data/made","digest":{"dvcDirMd5":"1"}}]},\
      "b":{"inputDigest":"d","deps":[{"name":"data/made"},{"name":"data/made/x/y"},{"name":"data/madebefore"},\
      {"name":"raw","digest":{"md5":"0"}}]}}
      """
    let statement = try #require(try Provenance(of: record(stages), repository: nil)).statement
    let dependencies = statement["predicate"]?["buildDefinition"]?["resolvedDependencies"]?.array ?? []
    #expect(dependencies.compactMap { $0["name"]?.text } == ["raw", "s3://b/k", "data/madebefore"])
    #expect(dependencies.allSatisfy { $0["digest"] != nil || $0["uri"] != nil })
  }

  @Test func `results that came earlier say so, and one run of a training is the invocation`() throws {
    func run(_ id: Text, _ role: RunLink.Role, _ server: Text = "https://m") -> RunLink {
      RunLink(role, run: id, experiment: "1", server: server, evidence: role == .training ? .injected : nil)
    }
    func predicate(_ runs: [RunLink]) throws -> JSON? {
      try Provenance(of: record(stage, introducedBy: "2"), repository: nil, runs: runs)?.statement[
        "predicate"]
    }
    let commit = try predicate([])?["buildDefinition"]?["resolvedDependencies"]?.array?.first
    #expect(commit?["annotations"]?["resultsIntroducedBy"]?.text == Text(String(repeating: "2", count: 40)))
    func invocation(_ runs: [RunLink]) throws -> String? {
      try predicate(runs)?["runDetails"]?["metadata"]?["invocationId"]?.text?.string
    }
    #expect(try invocation([]) == nil)
    #expect(try invocation([run("r", .record)]) == nil)
    #expect(try invocation([run("r", .record), run("t", .training)]) == "https://m/#/experiments/1/runs/t")
    // A run that was adopted is the commit's own.
    let adopted = RunLink(.record, run: "t", experiment: "1", server: "https://m", evidence: .injected)
    #expect(try invocation([adopted]) == "https://m/#/experiments/1/runs/t")
    #expect(try invocation([run("t", .training, "sqlite:///x.db")]) == "runs:/t")
    #expect(try invocation([run("t", .training), run("u", .training)]) == nil)
    let byproducts = try predicate([run("t", .training)])?["runDetails"]?["byproducts"]?.array
    #expect(byproducts?.map { $0["annotations"]?["evidence"]?.text } == ["injected"])
  }
}
