import ParameterFiles
import Platform

extension TrackingTarget {
  /// Where the login comes from that guard sends to a server: the name of a variable, a file, or the URI itself; `nil`
  /// when it sends none, or only what `~/.netrc` has. It does not tell the login.
  public static func loginSource(uri: String, _ environment: ProcessEnvironment) -> String? {
    let place = uri.prefix { $0 != "?" && $0 != "#" }
    if withoutLogin(uri) != place { return "the tracking URI" }
    let file = filedKeys(environment)
    let user: String? =
      environment.filled("MLFLOW_TRACKING_USERNAME") != nil
      ? "MLFLOW_TRACKING_USERNAME" : file.contains("mlflow_tracking_username") ? "~/.mlflow/credentials" : nil
    let hasPassword =
      environment.filled("MLFLOW_TRACKING_PASSWORD") != nil || file.contains("mlflow_tracking_password")
    if let user, hasPassword { return user }
    return environment.filled("MLFLOW_TRACKING_TOKEN") != nil ? "MLFLOW_TRACKING_TOKEN" : nil
  }

  /// The keys of `~/.mlflow/credentials`; none when it cannot be read, which is told where a server is opened.
  private static func filedKeys(_ environment: ProcessEnvironment) -> Set<String> {
    guard let bytes = TrackingServer.credentialFile(environment) else { return [] }
    do throws(SettingsFile.Invalid) {
      return Set((try SettingsFile(bytes).sections["mlflow"] ?? [:]).keys)
    } catch {
      return []
    }
  }
}
