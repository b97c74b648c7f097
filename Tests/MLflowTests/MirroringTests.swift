import Glibc
import Platform
import Support
import Testing
import Values

@testable import MLflow

@Suite("One finished run for a commit")
struct MirroringTests {
  private static let now = String(SystemClock.wallNanoseconds / 1_000_000)
  private static let old = String(SystemClock.wallNanoseconds / 1_000_000 - 11 * 60_000)

  private func row(
    _ id: String, _ status: String = "RUNNING", claimed: String? = nil, writer: String = "other"
  )
    -> ScriptedTracking.Run
  {
    var run = ScriptedTracking.Run(id: id, commit: Sample.commit, status: status)
    run.start = 1_700_000_000_000
    run.tags = [("guard.commit", Sample.commit)]
    if let claimed { run.tags += [("guard.claimed", claimed), ("guard.writer", writer)] }
    return run
  }

  @Test("All of it is there, and asking again changes nothing")
  func whole() throws {
    let tracking = try ScriptedTracking()
    let store = try Sample.store(tracking.url)
    let id = store.mirror(Sample.run()).runID()
    let run = try #require(tracking.runs.first)
    #expect(run.id == id && run.status == "FINISHED" && tracking.runs.count == 1)
    #expect(run.parameters.map(\.0) == ["lr", "epochs"] && run.parameters.map(\.1) == ["0.1", "3"])
    #expect(run.metrics.map(\.1) == ["0.9", "\"NaN\"", "\"Infinity\""])
    #expect(run.inputs.map(\.digest) == ["5d41"])
    let place = "/api/2.0/mlflow-artifacts/artifacts/1/x/artifacts/guard/"
    #expect(tracking.files == [place + "record.json": "{}", place + "env/a%20b.txt": "x"])
    #expect(
      tracking.calls == [
        "experiments/get-by-name", "runs/search", "runs/create", "runs/log-batch", "runs/log-inputs",
        "artifact",
        "artifact", "runs/search", "runs/update", "runs/search",
      ])
    #expect(tracking.server.connections == 1)
    #expect(store.mirror(Sample.run()).runID() == id)
    #expect(tracking.runs.count == 1 && tracking.calls.count == 11)
    #expect(store.experimentID == "1")
  }

  @Test("A run that another writer finished is the one")
  func finished() throws {
    let tracking = try ScriptedTracking()
    tracking.change { $0.runs = [row("b"), row("a", "FINISHED")] }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() == "a")
    #expect(tracking.runs.map(\.stage) == ["deleted", "active"])
    #expect(tracking.runs.first?.tag("guard.duplicate_of") == "a")
  }

  @Test("Of two finished runs the first stays")
  func two() throws {
    let tracking = try ScriptedTracking()
    tracking.change { $0.runs = [row("b", "FINISHED"), row("a", "FINISHED")] }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() == "a")
    #expect(tracking.runs.map(\.stage) == ["deleted", "active"])
  }

  @Test("What a user deleted is not made again")
  func deleted() throws {
    let tracking = try ScriptedTracking()
    var gone = row("a", "FINISHED")
    gone.stage = "deleted"
    tracking.change { $0.runs = [gone] }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).isDeleted)
    tracking.change { $0.runs[0].set("guard.duplicate_of", "b") }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() != nil)
    tracking.change {
      $0.runs = [gone]
      $0.isExperimentDeleted = true
    }
    let error = try Sample.store(tracking.url, id: "1").mirror(Sample.run()).error()
    #expect(error?.kind == .permanentUntilConfigured && error?.message.contains("is deleted") == true)
  }

  @Test("Whoever works on it is left alone for ten minutes, and by itself taken up")
  func claims() throws {
    let tracking = try ScriptedTracking()
    tracking.change { $0.runs = [row("a", claimed: Self.now)] }
    guard case .busy("other") = try Sample.store(tracking.url).mirror(Sample.run()) else {
      Issue.record("not busy")
      return
    }
    #expect(tracking.runs.count == 1)
    tracking.change { $0.runs = [row("a", claimed: Self.old)] }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() == "a")
    #expect(tracking.runs.first?.tag("guard.writer") == "w1" && tracking.runs.first?.status == "FINISHED")
    tracking.change { $0.runs = [row("a", claimed: Self.now, writer: "w1")] }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() == "a")
    // A clock that is an hour ahead does not hold it for an hour.
    let ahead = String(SystemClock.wallNanoseconds / 1_000_000 + 3_600_000)
    tracking.change { $0.runs = [row("a", claimed: ahead)] }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() == "a")
  }

  @Test("A run that was left with other parameters cannot be finished, and is retired")
  func contradiction() throws {
    let tracking = try ScriptedTracking()
    var left = row("0", claimed: Self.old)
    left.parameters = [("lr", "0.5")]
    tracking.change { $0.runs = [left] }
    let id = try Sample.store(tracking.url).mirror(Sample.run()).runID()
    #expect(id != "0" && tracking.runs.map(\.stage) == ["deleted", "active"])
  }

  @Test("Who comes second retires its own run, and sees the other's the next time")
  func second() throws {
    let tracking = try ScriptedTracking { [first = row("0", claimed: Self.now)] call, number, state in
      if call == "runs/search", number == 1 { state.runs.append(first) }
      return nil
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).isBusy)
    #expect(tracking.runs.map(\.stage) == ["deleted", "active"])
    tracking.change { $0.runs[1].status = "FINISHED" }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() == "0")
  }

  @Test("A run that was finished between the last look and the end is seen all the same")
  func lateRival() throws {
    let tracking = try ScriptedTracking { [rival = row("0", "FINISHED")] call, _, state in
      if call == "runs/update" { state.runs.append(rival) }
      return nil
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() == "0")
    #expect(tracking.runs.filter { $0.stage == "active" }.map(\.id) == ["0"])
  }

  @Test("A run that another retired meanwhile is given up, and the commit begun again")
  func retired() throws {
    let tracking = try ScriptedTracking { call, number, state in
      if call == "runs/log-batch", number == 0 {
        state.runs[0].set("guard.duplicate_of", "x")
        state.runs[0].stage = "deleted"
      }
      return nil
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() != nil)
    #expect(tracking.runs.map(\.stage) == ["deleted", "active"])
  }

  @Test(
    "A run that was made without an answer is found before another is made",
    arguments: [FaultServer.Reply.reset, .status(503), .status(500, [], "<html>")])
  func lostAnswer(_ reply: FaultServer.Reply) throws {
    let tracking = try ScriptedTracking {
      [made = row("a", claimed: Self.now, writer: "w1")] call, number, state in
      guard call == "runs/create", number == 0 else { return nil }
      state.runs.append(made)
      return reply
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() == "a")
    #expect(tracking.runs.count == 1 && tracking.calls.count { $0 == "runs/create" } == 1)
  }

  @Test("Two writers who meet in the database are no error of either")
  func collision() throws {
    let tracking = try ScriptedTracking { call, number, _ in
      call == "runs/log-inputs" && number < 2 ? ScriptedTracking.error(400, "BAD_REQUEST") : nil
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() != nil)
    let broken = try ScriptedTracking { call, _, _ in
      call == "runs/log-inputs" ? ScriptedTracking.error(400, "BAD_REQUEST") : nil
    }
    #expect(try Sample.store(broken.url).mirror(Sample.run()).error()?.kind == .permanentForItem)
    #expect(broken.calls.count { $0 == "runs/log-inputs" } == 4)
  }

  @Test("What the server dropped is seen, and the run is not finished")
  func dropped() throws {
    let tracking = try ScriptedTracking { call, _, _ in
      call == "runs/log-batch" ? ScriptedTracking.json("{}") : nil
    }
    let error = try Sample.store(tracking.url).mirror(Sample.run()).error()
    #expect(error?.kind == .permanentForItem)
    #expect(error?.message == "MLflow did not keep what it was sent: parameter 'lr', and 4 more")
    #expect(tracking.runs.map(\.status) == ["RUNNING"])

    let inputs = try ScriptedTracking { call, _, _ in
      call == "runs/log-inputs" ? ScriptedTracking.json("{}") : nil
    }
    #expect(
      try Sample.store(inputs.url).mirror(Sample.run()).error()?.message.contains("dataset 'data'") == true)

    let tags = try ScriptedTracking { call, _, state in
      if call == "runs/log-batch" { state.runs[0].tags = [] }
      return nil
    }
    #expect(
      try Sample.store(tags.url).mirror(Sample.run()).error()?.message.contains("does not find") == true)
  }

  @Test("Everything that is a value is sent as a string")
  func strings() throws {
    let tracking = try ScriptedTracking()
    _ = try Sample.store(tracking.url).mirror(Sample.run())
    let body = try #require(tracking.bodies("runs/log-batch").first)
    #expect(body.contains(#"{"key":"epochs","value":"3"}"#) && body.contains(#"{"key":"lr","value":"0.1"}"#))
    #expect(tracking.bodies("runs/search").allSatisfy { $0.contains(#""experiment_ids":["1"]"#) })
  }

  @Test("For many commits the runs are listed once")
  func listed() throws {
    let tracking = try ScriptedTracking()
    let commits = (0..<5).map { String(repeating: "\($0)", count: 40) }
    let store = try Sample.store(tracking.url)
    #expect(store.mirror(Sample.run(commit: commits[0])).runID() != nil)
    try store.listMirrored()
    let before = tracking.calls.count
    for commit in commits { #expect(store.mirror(Sample.run(commit: commit)).runID() != nil) }
    #expect(tracking.runs.count == 5)
    // The first is known to be there; for the others the first look is spared.
    #expect(tracking.calls.dropFirst(before).count { $0 == "runs/search" } == 8)
    #expect(store.mirror(Sample.run(commit: commits[4])).runID() != nil)
    #expect(tracking.runs.count == 5)
  }

  @Test("A run of the training keeps what it says itself")
  func adopted() throws {
    var training = row("t", "FINISHED")
    training.tags = [("mlflow.source.git.commit", "before"), ("mlflow.user", "somebody")]
    training.parameters = [("lr", "1e-1")]
    let adopting = try ScriptedTracking { call, _, state in
      guard call == "runs/get" else { return nil }
      return ScriptedTracking.json(
        #"{"run":{"info":{"run_id":"t","experiment_id":"1","artifact_uri":"mlflow-artifacts:/1/t/artifacts"}}}"#
      )
    }
    adopting.change { $0.runs = [training] }
    var commits = Sample.run()
    commits.tags += [("mlflow.source.git.commit", Text(Sample.commit)), ("mlflow.user", "committer")]
    #expect(try Sample.store(adopting.url).adopt(commits, into: "t").runID() == "t")
    let run = try #require(adopting.runs.first)
    #expect(run.parameters.map(\.1) == ["1e-1"] && run.metrics.isEmpty)
    #expect(run.tag("guard.commit") == Sample.commit && run.inputs.count == 1 && adopting.files.count == 2)
    #expect(run.tag("mlflow.source.git.commit") == "before" && run.tag("mlflow.user") == "somebody")
  }
}
