import Platform
import Support
import Testing
import Values

@testable import MLflow

@Suite("What goes wrong at a tracking server")
struct FailureTests {
  private static let page = ["Content-Type: text/html"]

  /// What comes of a run when one call is answered in this way.
  private func error(
    _ reply: FaultServer.Reply, to wanted: String = "runs/search", variables: [String: String] = [:],
    milliseconds: Int64 = 5000
  ) throws -> TrackingError? {
    let tracking = try ScriptedTracking { call, _, _ in call == wanted ? reply : nil }
    let error = try Sample.store(tracking.url, milliseconds: milliseconds, variables).mirror(Sample.run())
      .error()
    #expect(!tracking.runs.contains { $0.status == "FINISHED" })
    return error
  }

  @Test(
    "It may pass by itself", arguments: [408, 429, 500, 502, 503, 504],
    [
      "runs/search", "experiments/get-by-name", "runs/create", "runs/log-batch", "runs/log-inputs",
      "runs/update",
    ])
  func transient(_ status: Int, _ call: String) throws {
    let reply = FaultServer.Reply.status(status, Self.page + ["Retry-After: 77"], "<html>x</html>")
    let error = try error(reply, to: call)
    #expect(error?.kind == .transient && error?.retryAfter == 77)
    #expect(error?.message.hasSuffix("answered \(status)") == true)
  }

  @Test(
    "No answer may pass by itself", arguments: [FaultServer.Reply.reset, .init("rubbish\r\n\r\n"), .init("")])
  func unreachable(_ reply: FaultServer.Reply) throws { #expect(try error(reply)?.kind == .transient) }

  @Test("A server that is not there, or does not answer, holds up nobody for long")
  func gone() throws {
    let begin = SystemClock.monotonicMilliseconds
    let dead = try Sample.store("http://127.0.0.1:\(try FaultServer.deadPort())").mirror(Sample.run()).error()
    #expect(dead?.kind == .transient)
    #expect(try error(.hang, milliseconds: 300)?.kind == .transient)
    let tracking = try ScriptedTracking { _, _, _ in .hang }
    let store = try Sample.store(tracking.url)
    let late = store.mirror(Sample.run(), until: SystemClock.monotonicMilliseconds + 200).error()
    #expect(late?.kind == .transient && tracking.calls.count == 1)
    #expect(SystemClock.monotonicMilliseconds - begin < 20_000)
  }

  @Test("A slow server is waited for, one that drips is not")
  func slow() throws {
    let answer = #"{"experiment":{"experiment_id":"1","name":"e","lifecycle_stage":"active"}}"#
    var late = ScriptedTracking.json(answer)
    late.delay = 300
    let tracking = try ScriptedTracking { [late] call, _, _ in call == "experiments/get-by-name" ? late : nil
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() != nil)
    var dripping = ScriptedTracking.json(answer)
    dripping.pace = 20
    #expect(try error(dripping, to: "experiments/get-by-name", milliseconds: 500)?.kind == .transient)
  }

  @Test("A server that fails once is asked again")
  func once() throws {
    let tracking = try ScriptedTracking { call, number, _ in
      call == "runs/search" && number == 0 ? .status(500, Self.page, "<html>") : nil
    }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() != nil)
  }

  @Test("Somebody must change a setting, and is told which")
  func settings() throws {
    let cases: [(FaultServer.Reply, String)] = [
      (.status(401, Self.page, "<html>"), "MLFLOW_TRACKING_USERNAME"),
      (.status(403, [], "Permission denied"), "permission"),
      (.status(403, ["Content-Type: text/plain"], "Invalid Host header - x"), "--allowed-hosts"),
      (.status(404, Self.page, "<!doctype html>"), "path prefix"),
      (.status(405, Self.page, "<html>"), "path prefix"),
      (.status(400, Self.page, "<html>No certificate was sent</html>"), "CLIENT_CERT_PATH"),
      (.status(301, ["Location: https://elsewhere/"]), "redirects are not followed"),
      (.status(302, ["Location: /login"]), "redirects are not followed"),
      (.status(200, Self.page, "<html>Log in</html>"), "login page"),
      (ScriptedTracking.error(500, "FEATURE_DISABLED"), "MLFLOW_WORKSPACE"),
    ]
    for (reply, hint) in cases {
      let error = try error(reply)
      #expect(error?.kind == .permanentUntilConfigured && error?.hint?.contains(hint) == true, "\(hint)")
    }
    let redirect = try error(.status(301, ["Location: https://elsewhere/"]))
    #expect(redirect?.message.hasSuffix("redirects to https://elsewhere/") == true)
  }

  @Test("A redirect is not followed, so that no login goes elsewhere")
  func redirect() throws {
    let other = try ScriptedTracking()
    let tracking = try ScriptedTracking { [url = other.url] _, _, _ in .status(307, ["Location: \(url)/x"]) }
    let store = try Sample.store(
      tracking.url, ["MLFLOW_TRACKING_USERNAME": "u", "MLFLOW_TRACKING_PASSWORD": "p"])
    #expect(store.mirror(Sample.run()).error()?.kind == .permanentUntilConfigured)
    #expect(other.server.seen.isEmpty)
  }

  @Test("It is about this run alone")
  func item() throws {
    for status in [400, 413, 422] {
      let error = try error(ScriptedTracking.error(status, "INVALID_PARAMETER_VALUE"), to: "runs/log-batch")
      #expect(error?.kind == .permanentForItem && error?.message.contains("says the server") == true)
    }
    #expect(try error(.status(413, Self.page, "<html>"), to: "runs/log-batch")?.kind == .permanentForItem)
  }

  @Test("Words of a server are one line, and no page")
  func words() throws {
    let text = try error(.status(403, [], "no\n\u{1B}[31mway"))
    #expect(text?.message.hasSuffix("(403): no [31mway") == true)
    let page = try error(.status(403, Self.page, " <html><body>no</body>"))
    #expect(page?.message.hasSuffix("(403)") == true)
  }

  @Test("A certificate that nobody vouches for needs a setting")
  func untrusted() throws {
    let tracking = try ScriptedTracking()
    let store = try Sample.store("https://127.0.0.1:\(tracking.server.port)")
    #expect(store.mirror(Sample.run()).error()?.kind == .transient)
    let other = try Sample.store(
      "https://127.0.0.1:\(tracking.server.port)", ["MLFLOW_TRACKING_SERVER_CERT_PATH": "/nowhere/ca.pem"])
    #expect(other.mirror(Sample.run()).error()?.kind == .permanentUntilConfigured)
  }

  @Test("An experiment is made when it is missing, and by one of two")
  func experiment() throws {
    let tracking = try ScriptedTracking()
    tracking.change { $0.hasExperiment = false }
    #expect(try Sample.store(tracking.url).mirror(Sample.run()).runID() != nil)
    let raced = try ScriptedTracking { call, number, state in
      if call == "experiments/create" { state.hasExperiment = true }
      return call == "experiments/get-by-name" && number == 0
        ? ScriptedTracking.error(404, "RESOURCE_DOES_NOT_EXIST") : nil
    }
    #expect(try Sample.store(raced.url).mirror(Sample.run()).runID() != nil)
  }

  @Test("An experiment that was deleted, or is another one, is told")
  func wrongExperiment() throws {
    let tracking = try ScriptedTracking()
    tracking.change { $0.isExperimentDeleted = true }
    let error = try Sample.store(tracking.url).mirror(Sample.run()).error()
    #expect(
      error?.kind == .permanentUntilConfigured && error?.hint?.contains("restore --experiment-id 1") == true)
    tracking.change { $0.isExperimentDeleted = false }
    let both = try Sample.store(tracking.url, experiment: .both(name: "e", id: "2"))
    #expect(both.mirror(Sample.run()).error()?.kind == .permanentUntilConfigured)
    tracking.change { $0.hasExperiment = false }
    let gone = try Sample.store(tracking.url, experiment: .id("1"))
    #expect(gone.mirror(Sample.run()).error()?.kind == .permanentUntilConfigured)
  }

  @Test("A name or a workspace that the server does not have is no fault of the run")
  func workspace() throws {
    let tracking = try ScriptedTracking { call, _, _ in
      call.hasPrefix("experiments/") ? ScriptedTracking.error(404, "RESOURCE_DOES_NOT_EXIST") : nil
    }
    let error = try Sample.store(tracking.url, ["MLFLOW_WORKSPACE": "w"]).mirror(Sample.run()).error()
    #expect(error?.kind == .permanentUntilConfigured && error?.hint?.contains("MLFLOW_WORKSPACE") == true)
  }

  @Test("An id that is remembered and gone is looked up anew")
  func staleID() throws {
    let tracking = try ScriptedTracking { call, number, _ in
      guard number == 0 else { return nil }
      return call == "runs/create" || call == "experiments/get"
        ? ScriptedTracking.error(404, "RESOURCE_DOES_NOT_EXIST") : nil
    }
    let store = try Sample.store(tracking.url, id: "9")
    #expect(store.mirror(Sample.run()).runID() != nil)
    #expect(store.experimentID == "1")
  }
}
