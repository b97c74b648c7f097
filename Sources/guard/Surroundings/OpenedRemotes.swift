import Platform
import Remotes
import Transfer

/// The remotes that a command asks, each opened once.
final class OpenedRemotes {
  private let factory: StoreFactory
  private var opened: [RemoteDescription: OpenedRemote] = [:]

  init(_ environment: ProcessEnvironment) { factory = StoreFactory(environment: environment) }

  func open(_ remote: RemoteDescription) -> OpenedRemote {
    if let known = opened[remote] { return known }
    let store = OpenedRemote(remote, factory.store(for: remote))
    opened[remote] = store
    return store
  }
}
