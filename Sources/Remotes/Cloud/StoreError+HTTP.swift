import HTTP

extension StoreError {
  /// Why HTTP gave no answer, as a store tells it.
  init(_ error: HTTPError) {
    switch error {
    case .unreachable(let why): self = .unreachable(why)
    case .untrusted(let why): self = .unreachable(why)
    case .tooLarge: self = .corrupt("the answer is larger than it may be")
    case .localFile(let why): self = .localFile(why)
    case .unsupported(let why): self = .unsupported(why)
    }
  }
}
