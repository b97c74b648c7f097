import HTTP
import Platform
import Support
import Testing

@testable import MLflow

@Suite("Where runs go")
struct SettingsTests {
  private func server(_ uri: String, _ variables: [String: String] = [:]) throws -> TrackingServer {
    guard case .server(let server) = try TrackingTarget(uri: uri, ProcessEnvironment(variables)) else {
      throw TrackingError.settings("no server")
    }
    return server
  }

  @Test(
    "A tracking URI as MLflow reads it",
    arguments: [
      ("http://h:5000", "http://h:5000"), ("https://h/ml/flow//", "https://h/ml/flow"),
      ("HTTP://H", "http://h"),
      ("http://u:p@h/x?q", "http://h/x"),
    ])
  func servers(_ uri: String, _ url: String) throws {
    let target = try TrackingTarget(uri: uri, ProcessEnvironment())
    #expect(try server(uri).url == url && target.name == url)
  }

  @Test(
    "What only MLflow itself speaks to",
    arguments: [
      "sqlite:///mlflow.db", "file:///a/mlruns", "./mlruns", "/srv/mlruns", "mlruns",
      "postgresql+psycopg2://u:p@h/db",
      "mysql://h/db", "databricks", "databricks://profile", "plugin://x",
    ])
  func libraries(_ uri: String) throws {
    guard case .library(uri) = try TrackingTarget(uri: uri, ProcessEnvironment()) else {
      Issue.record("\(uri)")
      return
    }
  }

  @Test("No login is shown")
  func names() throws {
    let target = try TrackingTarget(uri: "postgresql://u:p@h/db?password=x", ProcessEnvironment())
    #expect(target.name == "postgresql://h/db")
  }

  @Test(
    "What is none",
    arguments: [
      "", "uc://x", "databricks-uc", "mlflow-artifacts:/1", "127.0.0.1:5000", "localhost:5000/ml", "http://",
      "http://h\n",
    ])
  func wrong(_ uri: String) {
    #expect(throws: TrackingError.self) { try TrackingTarget(uri: uri, ProcessEnvironment()) }
  }

  @Test("A host and a port want a scheme")
  func hint() {
    let error = #expect(throws: TrackingError.self) {
      try TrackingTarget(uri: "localhost:5000", ProcessEnvironment())
    }
    #expect(error?.hint == "write it with a scheme: http://localhost:5000")
  }

  @Test("Who to be, in MLflow's order")
  func logins() throws {
    let basic = ["MLFLOW_TRACKING_USERNAME": "u", "MLFLOW_TRACKING_PASSWORD": "p"]
    let token = ["MLFLOW_TRACKING_TOKEN": "t"]
    #expect(try server("http://h").connection.login == .none)
    #expect(try server("http://h").connection.readsNetrc)
    #expect(try server("http://h", basic).connection.login == .basic(user: "u", password: "p"))
    #expect(try server("http://h", token).connection.login == .bearer("t"))
    let both = basic.merging(token) { $1 }
    #expect(try server("http://h", both).connection.login == .basic(user: "u", password: "p"))
    #expect(try server("http://a%40b:c%3Ad@h", both).connection.login == .basic(user: "a@b", password: "c:d"))
    #expect(try server("http://h", ["MLFLOW_TRACKING_USERNAME": "u"]).connection.login == .none)
    let lone = ["MLFLOW_TRACKING_USERNAME": "u"].merging(token) { $1 }
    #expect(try server("http://h", lone).connection.login == .bearer("t"))
  }

  @Test("The file of credentials, key by key behind the variables")
  func credentials() throws {
    let home = try ScratchDirectory()
    try FileSystem.createDirectories(home(".mlflow"))
    let text = "[mlflow]\nmlflow_tracking_username = file\nmlflow_tracking_password = p%q\n"
    try home.put([UInt8](text), at: home(".mlflow/credentials"))
    let place = ["HOME": home.path.text]
    #expect(try server("http://h", place).connection.login == .basic(user: "file", password: "p%q"))
    let named = place.merging(["MLFLOW_TRACKING_USERNAME": "u"]) { $1 }
    #expect(try server("http://h", named).connection.login == .basic(user: "u", password: "p%q"))
    try home.put([UInt8]("nonsense"), at: home(".mlflow/credentials"))
    #expect(throws: TrackingError.self) { try server("http://h", place) }
  }

  @Test("Whom to trust")
  func trust() throws {
    let insecure = ["MLFLOW_TRACKING_INSECURE_TLS": "True"]
    let authority = ["MLFLOW_TRACKING_SERVER_CERT_PATH": "/ca"]
    #expect(try server("https://h").connection.verifiesServer)
    #expect(try !server("https://h", insecure).connection.verifiesServer)
    #expect(try server("https://h", authority).connection.authorities == "/ca")
    #expect(
      try server("https://h", ["MLFLOW_TRACKING_CLIENT_CERT_PATH": "/c"]).connection.certificate == "/c")
    #expect(throws: TrackingError.self) { try server("https://h", insecure.merging(authority) { $1 }) }
    #expect(throws: TrackingError.self) {
      try server("https://h", ["MLFLOW_TRACKING_INSECURE_TLS": "perhaps"])
    }
  }

  @Test(
    "Logins that guard cannot do are said", arguments: ["MLFLOW_TRACKING_AWS_SIGV4", "MLFLOW_TRACKING_AUTH"])
  func unsupported(_ name: String) {
    let error = #expect(throws: TrackingError.self) { try server("http://h", [name: "true"]) }
    #expect(error?.message.contains(name) == true && error?.kind == .permanentUntilConfigured)
  }

  @Test("A setting that may mend it changes the fingerprint, and nothing is told by it")
  func fingerprints() {
    func fingerprint(_ uri: String, _ variables: [String: String]) -> String {
      TrackingTarget.fingerprint(uri: uri, ProcessEnvironment(variables))
    }
    let one = fingerprint("http://h", ["MLFLOW_TRACKING_TOKEN": "a", "TERM": "x"])
    #expect(one == fingerprint("http://h", ["MLFLOW_TRACKING_TOKEN": "a", "TERM": "y"]) && one.count == 16)
    #expect(one != fingerprint("http://h", ["MLFLOW_TRACKING_TOKEN": "b"]))
    #expect(one != fingerprint("http://i", ["MLFLOW_TRACKING_TOKEN": "a"]))
  }

  @Test("The experiment: policy, MLflow's variables, the repository's name")
  func experiments() throws {
    func choice(_ policy: String?, _ variables: [String: String] = [:]) throws -> ExperimentChoice {
      try ExperimentChoice(policy: policy, ProcessEnvironment(variables), repository: "repo")
    }
    let name = ["MLFLOW_EXPERIMENT_NAME": "n"]
    let id = ["MLFLOW_EXPERIMENT_ID": "7"]
    #expect(try choice(nil) == .name("repo"))
    #expect(try choice("p", name.merging(id) { $1 }) == .name("p"))
    #expect(try choice(nil, name) == .name("n"))
    #expect(try choice(nil, id) == .id("7"))
    #expect(try choice(nil, name.merging(id) { $1 }) == .both(name: "n", id: "7"))
    #expect(throws: TrackingError.self) { try choice(" \n") }
    #expect(throws: TrackingError.self) { try choice(String(repeating: "x", count: 251)) }
  }

  @Test("Conditions of a search, where no quote can be escaped")
  func conditions() throws {
    #expect(try RunCondition.tag("guard.inputs", "ab").filter == "tags.\"guard.inputs\" = 'ab'")
    #expect(try RunCondition.metric("a b", 0.901).filter == "metrics.\"a b\" = 0.901")
    #expect(try RunCondition.parameter("p", "7").filter == "params.\"p\" = '7'")
    for condition in [RunCondition.tag("a", "' OR"), .tag("a\"", "b"), .metric("m", .nan)] {
      #expect(throws: TrackingError.self) { try condition.filter }
    }
  }
}
