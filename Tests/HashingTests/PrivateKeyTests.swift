import Testing

@testable import Hashing

@Suite struct PrivateKeyTests {
  /// Made for this test with `openssl genrsa 1024`; it opens nothing.
  private static let digits = """
    MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAKIScJ/+vcreBxi1
    fxNED1YrsNb59NNnI1CRx3qHf9w3ZErqdNb/FbHFsPu5oMZBwpXwU6w8oljrJDdq
    /Voa9zlKT8PN6IN1ybrKVCmR88+UKRu5mPjhkSI/UF9wjvIqN4UBCdaXlIgS7SfU
    mHIOLf3S4T0ZbBzvmMzfNZJEeXljAgMBAAECgYB3K7Huo0Rw7/Mt4v6ubuQMC5I7
    cI3qCDN6YcbYvNtyVLSFNYJ2OBh+oAtz/NlQDjiDQbR0uBzz3urBaQUjhSJ0rRxB
    Rv2d8xYyxs4BvL9EgWni4X078BrNZuHW1Ri5uZsJzdIN73cHdiGozeRO2roDJqQ6
    x1CpjaglxA2hYDXSWQJBANEtgVxG0OY59aaYIOGiuCRfJ6U8jBV3e5ezDH9zA1Lk
    YtAxPAdWzphW0ODYa7g6sghVcyCXbE2i2dKfjM65hFcCQQDGWaOxD/vLRF3Ktc9q
    uV4cA+vDe/UMXanE/a1CMIZcLcu0luauql5/YOA3e5jMgh2eFZyuRic7C36L/Hwj
    4mvVAj991OH8oJ0J4dPkY59kHH6pYpR20fVy9G1k1FCwWn+lXb4Tf4qc35toCNGe
    cJJcQPLYEI8xC+Yazdw617/cm70CQQC5z6uK6aBFsUvz5BHktrY0pG+ud2b+KJgr
    lEFEqlST8crM6Dg+FBfmWAhzsXNY0eOQ/koC8HE73O61kNdyfl/pAkAf85qAgj+x
    rPAbfE/1Enq+xyCMAUhcXaOqtQNh0y96GCVXEpuwYSFSeUt0EFFHK920k2g27MdE
    HkpauDblcJpc
    """

  /// The file around some digits.
  static func file(_ kind: String, _ digits: String = digits) -> [UInt8] {
    Array("-----BEGIN \(kind)-----\n\(digits)\n-----END \(kind)-----\n".utf8)
  }

  @Test("a signature is what `openssl dgst -sha256 -sign` gives")
  func signature() throws {
    guard let key = PrivateKey(pem: Self.file("PRIVATE KEY")) else {
      Issue.record("the key was not read")
      return
    }
    let made = key.signature(of: Array("guard".utf8))
    let signature = try #require(made)
    #expect(signature.count == 128)
    #expect(signature.prefix(6).elementsEqual([0x6E, 0xF6, 0x95, 0x33, 0xD4, 0xB6]))
    #expect(signature.suffix(4).elementsEqual([0x19, 0x6D, 0x97, 0x4A]))
  }

  @Test(
    "what is no key that signs is none, and nobody is asked for a passphrase",
    arguments: [
      [], Array("nothing".utf8), file("PRIVATE KEY", "AAAA"),
      file("ENCRYPTED PRIVATE KEY", "MIIC3TBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIIyNS3ksxLVwCAggA"),
      // A key of another kind.
      file(
        "EC PRIVATE KEY",
        """
        MHcCAQEEIEqCJ4tVrN0ZWZSCUvX0JQ6AiLbEUXLsjEAbu6gGEb68oAoGCCqGSM49
        AwEHoUQDQgAEL135BHkdB+qXw6lc3fu++t++s3+1WjD0JjPdUNpBLy2mjD5mhzIe
        p7tDWQOIvOXd510iD/3Z/+PHY8+o0S2tlA==
        """),
    ])
  func noKey(_ pem: [UInt8]) {
    let isKey = PrivateKey(pem: pem) != nil
    #expect(!isKey)
  }
}
