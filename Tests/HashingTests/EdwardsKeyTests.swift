import Testing

@testable import Hashing

/// Ed25519, by the first vectors of RFC 8032, section 7.1.
@Suite struct EdwardsKeyTests {
  private static let secret = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
  private static let signature: [UInt8] = [
    0xE5, 0x56, 0x43, 0x00, 0xC3, 0x60, 0xAC, 0x72, 0x90, 0x86, 0xE2, 0xCC, 0x80, 0x6E, 0x82, 0x8A,
    0x84, 0x87, 0x7F, 0x1E, 0xB8, 0xE5, 0xD9, 0x74, 0xD8, 0x73, 0xE0, 0x65, 0x22, 0x49, 0x01, 0x55,
    0x5F, 0xB8, 0x82, 0x15, 0x90, 0xA3, 0x3B, 0xAC, 0xC6, 0x1E, 0x39, 0x70, 0x1C, 0xF9, 0xB4, 0x6B,
    0xD2, 0x5B, 0xF5, 0xF0, 0x59, 0x5B, 0xBE, 0x24, 0x65, 0x51, 0x41, 0x43, 0x8E, 0x7A, 0x10, 0x0B,
  ]
  private static let point: [UInt8] = [
    0xD7, 0x5A, 0x98, 0x01, 0x82, 0xB1, 0x0A, 0xB7, 0xD5, 0x4B, 0xFE, 0xD3, 0xC9, 0x64, 0x07, 0x3A,
    0x0E, 0xE1, 0x72, 0xF3, 0xDA, 0xA6, 0x23, 0x25, 0xAF, 0x02, 0x1A, 0x68, 0xF7, 0x07, 0x51, 0x1A,
  ]

  @Test func `the RFC's key makes the RFC's signature, and its public half takes it and no other`() throws {
    guard let key = EdwardsKey(pem: PrivateKeyTests.file("PRIVATE KEY", Self.secret)) else {
      Issue.record("the key was not read")
      return
    }
    let (made, found) = (key.signature(of: []), key.publicKey)
    #expect(made == Self.signature)
    let publicKey = try #require(found)
    #expect(publicKey == EdwardsPublicKey(bytes: Self.point))
    #expect(publicKey.information.count == 44 && publicKey.information.suffix(32).elementsEqual(Self.point))
    #expect(EdwardsPublicKey(information: publicKey.information) == publicKey)
    #expect(publicKey.verifies(Self.signature, of: []))
    #expect(!publicKey.verifies(Self.signature, of: [0]))
    for index in Self.signature.indices {
      var other = Self.signature
      other[index] ^= 1
      #expect(!publicKey.verifies(other, of: []))
    }
    #expect(!publicKey.verifies([], of: []) && !publicKey.verifies(Self.signature + [0], of: []))
    #expect(!publicKey.verifies(Array(Self.signature.dropLast()), of: []))
  }

  @Test(
    "what is no Ed25519 key is none, and nobody is asked for a passphrase",
    arguments: [
      [], Array("nothing".utf8), PrivateKeyTests.file("PRIVATE KEY"),
      PrivateKeyTests.file("PRIVATE KEY", "AAAA"),
      PrivateKeyTests.file("PUBLIC KEY", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
      PrivateKeyTests.file(
        "ENCRYPTED PRIVATE KEY",
        """
        MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDnQSV2TDHCcJ1/yYuO
        cX0RAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQCJgsSQruVmcG0SWI
        JZQKOQRA3FAP8vgQeEKqL7Kk3P4FwhPu8RG1Iact0uiXTDZpUG0wrVopWtMpefjZ
        Rrota9o0WbTHLGhyuBsbWPr6wynuHw==
        """),
    ])
  func noKey(_ pem: [UInt8]) {
    let isKey = EdwardsKey(pem: pem) != nil
    #expect(!isKey)
  }

  @Test func `what is no SubjectPublicKeyInfo of Ed25519 is none`() throws {
    let key = try #require(EdwardsPublicKey(bytes: Self.point))
    for bytes in [[], Self.point, key.information + [0], Array(key.information.dropLast())] {
      #expect(EdwardsPublicKey(information: bytes) == nil)
    }
    // X25519 (1.3.101.110) is for something else.
    var other = key.information
    other[8] = 0x6E
    #expect(EdwardsPublicKey(information: other) == nil)
  }
}
