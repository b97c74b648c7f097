import Testing

@testable import Remotes

struct SFTPPacketTests {
  private func answer(_ packet: [UInt8]) throws -> SFTPAnswer {
    var id: UInt32 = 0
    return try SFTPAnswer(packet, id: &id)
  }

  private let whole: [[UInt8]] = [
    [101, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 2, 110, 111, 0, 0, 0, 0],
    [102, 0, 0, 0, 7, 0, 0, 0, 1, 9],
    [103, 0, 0, 0, 7, 0, 0, 0, 2, 1, 2],
    [104, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1, 97, 0, 0, 0, 0, 0, 0, 0, 5]
      + [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0x81, 0xA4],
    [105, 0, 0, 0, 7, 0x80, 0, 0, 0x0B, 0, 0, 0, 0, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 16)
      + [0, 0, 0, 1, 0, 0, 0, 1, 97, 0, 0, 0, 0],
  ]

  @Test func readsWhatServersSend() throws {
    #expect(try answer(whole[1]) == .handle([9]))
    #expect(try answer(whole[2]) == .data([1, 2]))
    guard case .status(let status) = try answer(whole[0]), case .names(let names) = try answer(whole[3]),
      case .attributes(let attributes) = try answer(whole[4])
    else {
      Issue.record("another kind")
      return
    }
    #expect(status.isMissing && status.message == Array("no".utf8))
    #expect(names.map(\.name) == [[97]] && names[0].attributes.size == 3 && names[0].attributes.kind == .file)
    #expect(attributes.size == 256 && attributes.kind == nil)
  }

  @Test func whatIsCutOffIsRefused() {
    for packet in whole {
      for count in 0..<packet.count {
        // Older versions send a status without a message, and what language it is in does not matter.
        if packet[0] == 101, count == 9 || count >= 15 { continue }
        #expect(throws: StoreError.self) { _ = try answer(Array(packet.prefix(count))) }
      }
    }
  }

  @Test func lengthsThatLieAreRefused() {
    let most: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    for kind: UInt8 in [102, 103, 104] {
      #expect(throws: StoreError.self) { _ = try answer([kind, 0, 0, 0, 1] + most) }
    }
    let size = [UInt8](repeating: 0xFF, count: 8)
    #expect(throws: StoreError.self) { _ = try answer([105, 0, 0, 0, 1, 0, 0, 0, 1] + size) }
    #expect(throws: StoreError.self) { _ = try answer([99, 0, 0, 0, 1]) }
  }

  @Test func bytesInAnyOrderDoNotCrash() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var packet = whole.randomElement(using: &generator) ?? []
      for _ in 0..<3 { packet[Int.random(in: packet.indices)] = UInt8.random(in: .min ... .max) }
      do { _ = try answer(packet) } catch { #expect(error is StoreError) }
    }
  }
}

struct SSHAddressTests {
  private func address(_ url: String, _ options: [String: String] = [:]) throws -> SSHAddress {
    try SSHAddress(RemoteDescription(name: nil, url: url, options: options))
  }

  /// As fsspec's `infer_storage_options` of dvc-ssh 4.3 reads them.
  @Test func readsURLsAsDVCDoes() throws {
    let full = try address("ssh://u@h.org:2222/p/q")
    #expect(full.user == "u" && full.host == "h.org" && full.port == 2222 && full.base == Array("/p/q".utf8))
    #expect(try address("ssh://h").place(Array("files".utf8)) == Array("files".utf8))
    #expect(try address("ssh://h/").place(Array("files".utf8)) == Array("/files".utf8))
    #expect(try address("ssh://h/p%20x//y/?q#f").place([97]) == Array("/p%20x//y/a".utf8))
    #expect(try address("ssh://u@v:secret@h/p").user == "u@v")
    #expect(try address("ssh://[::1]:22/p").host == "::1")
    let configured = try address("ssh://u@h:22/p", ["user": "v", "port": "44"])
    #expect(configured.user == "v" && configured.port == 44)
    #expect(!(try address("ssh://u:secret@h/p").shown.contains("secret")))
  }

  @Test(arguments: [
    "ssh://-oProxyCommand=touch$IFS/tmp/x/p", "ssh://-h/p", "ssh://h;x/p", "ssh://$(x)/p", "ssh://a b/p",
    "ssh://",
    "ssh:///p", "ssh://h\n/p", "ssh://`x`/p", "ssh://-l@h/p", "ssh://a;b@h/p", "ssh://a b@h/p",
    "ssh://[::1/p",
    "ssh://[::1]x/p", "ssh://h:0/p", "ssh://h:x/p", "ssh://h:99999/p", "ssh://ü/p", "http://h/p",
  ])
  func whatIsNoHostIsNotGivenToSSH(url: String) {
    #expect(throws: StoreError.self) { _ = try address(url) }
  }

  @Test func optionsAreCheckedToo() {
    for options in [
      ["user": "-oX"], ["port": "22 -oX"], ["host": "-oX"], ["user": "a\u{0}b"], ["user": "a'b"],
    ] {
      #expect(throws: StoreError.self) { _ = try address("ssh://h/p", options) }
    }
  }
}
