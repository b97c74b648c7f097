import DVC
import Testing
import Values

/// Answers of DVC 3.67.1 with ConfigObj 5.0.9.
@Suite struct ConfigurationTests {
  private func load(
    _ repo: String, local: String? = nil, global: String? = nil
  ) throws(ConfigurationError) -> DVCConfiguration {
    var layers: [ConfigurationLayer] = []
    let contents: [(ConfigurationLayer.Level, String?, String)] = [
      (.local, local, "/r/.dvc"), (.repo, repo, "/r/.dvc"), (.global, global, "/home/me/.config/dvc"),
    ]
    for (level, text, directory) in contents {
      guard let text else { continue }
      layers.append(
        ConfigurationLayer(
          level: level, path: "\(level)", directory: Array(directory.utf8), contents: Array(text.utf8)))
    }
    return try DVCConfiguration.load(layers)
  }

  private func url(_ text: String) throws -> String {
    let configuration = try load("['remote \"r\"']\nurl = \(text)\n")
    let path = try #require(configuration.remote("R")?.url)
    return String(decoding: path.resolved { $0.isEmpty ? Array("/home/me".utf8) : nil }, as: UTF8.self)
  }

  @Test func nothingIsTheDefaults() throws {
    let configuration = try DVCConfiguration.load([])
    #expect(configuration.coreRemote == nil && configuration.cacheDirectory == nil)
    #expect(!configuration.noSCM && !configuration.autostage && !configuration.isCacheShared)
    #expect(configuration.boolStyle == .storeTrue && configuration.listStyle == .nargs)
    #expect(configuration.remotes.isEmpty && configuration.cacheTypes == nil)
  }

  @Test func settingsAreReadAsDVCReadsThem() throws {
    let configuration = try load(
      """
      [CORE]
      Remote = MyRemote # the default
      no_scm = TRUE
      autostage=true
      site_cache_dir = /var/cache
      [cache]
      dir = ../store
      type = "reflink, copy"
      shared = Group
      [parsing]
      bool = boolean_optional
      list = append
      [feature]
      anything = goes
      ['remote "MyRemote"']
      url = s3://bucket/path#cut
      jobs = 4
      """)
    #expect(configuration.coreRemote == "myremote")
    #expect(configuration.noSCM && configuration.autostage && configuration.isCacheShared)
    #expect(configuration.siteCacheDirectory == "/var/cache")
    #expect(configuration.cacheDirectory?.resolved { _ in nil } == Array("/r/store".utf8))
    #expect(configuration.cacheTypes == ["reflink", "copy"])
    #expect(configuration.boolStyle == .booleanOptional && configuration.listStyle == .append)
    let remote = try #require(configuration.remote("MYREMOTE"))
    #expect(remote.name == "myremote" && remote.settings.map(\.key) == ["url", "jobs"])
    #expect(remote.url == .url("s3://bucket/path"))
    #expect(remote["jobs"]?.line == 17)
  }

  @Test func laterFilesWinKeyByKey() throws {
    let configuration = try load(
      "[core]\nremote = a\n['remote \"a\"']\nurl = x\ntype = copy\n",
      local: "['remote \"A\"']\ntype = symlink\n[cache]\ndir = c\n",
      global: "[core]\nremote = g\nno_scm = true\n['remote \"a\"']\nurl = y\n")
    #expect(configuration.coreRemote == "a" && configuration.noSCM)
    let remote = try #require(configuration.remote("a"))
    #expect(remote.text("type") == "symlink" && remote["type"]?.level == .local)
    #expect(remote.url == .relative("x", directory: Array("/r/.dvc".utf8)))
    #expect(remote["url"]?.level == .repo && remote["url"]?.line == 4)
  }

  @Test func pathsAreRelativeToTheirFile() throws {
    for (text, expected) in Self.urls { #expect(try url(text) == expected, "\(text)") }
  }

  private static let urls: [(String, String)] = [
    ("rel/../x", "/r/.dvc/x"), ("../../up", "/up"), ("/abs/../dir", "/abs/../dir"), ("~/x", "/home/me/x"),
    ("~", "/home/me"), ("~nobody/x", "/r/.dvc/~nobody/x"), ("s3://b//x/", "s3://b//x/"),
    ("s3:/x", "/r/.dvc/s3:/x"),
    ("file:///x", "file:///x"), ("a-b://h/x", "/r/.dvc/a-b:/h/x"), ("é://h/x", "é://h/x"),
    ("\"a,b\"", "/r/.dvc/a,b"),
    ("'a#b'", "/r/.dvc/a#b"), ("'''a'b'''", "/r/.dvc/a'b"), ("\"\"\"a\nb\"\"\"", "/r/.dvc/a\nb"),
    ("a%20b", "/r/.dvc/a%20b"),
    ("a %(type)s\ntype = copy", "/r/.dvc/a copy"), ("//host/x", "//host/x"),
  ]

  @Test func whatFailsEveryCommandIsRefusedWithItsLine() {
    for (text, line) in Self.refused {
      do throws(ConfigurationError) {
        _ = try load(text)
        Issue.record("accepted: \(text.debugDescription)")
      } catch {
        switch error {
        case .syntax(_, let found, _), .setting(_, let found, _, _):
          #expect(found == line, "\(text.debugDescription): \(error)")
        case .notUTF8: Issue.record("\(error)")
        }
      }
    }
  }

  private static let refused: [(String, Int)] = [
    ("[core]\nremote: a", 2), ("[core]\n\n[core]", 3), ("[core]\na = 1\na = 2", 3), ("[core\nremote = a", 1),
    ("[[core]]", 1), ("[core]]", 1), ("[core]\nremote = 'a", 2), ("[core]\nremote = a,,b", 2),
    ("[core]\nremote = '''a\nb", 2), ("\u{FEFF}[core]", 1), ("[\"remote \\\"a\\\"\"]\nurl = x", 1),
    ("[zzz]", 1), ("[core]\n# c\nzzz = 1", 3), ("[core]\nno_scm = yes", 2), ("[core]\nchecksum_jobs = 0", 2),
    ("[core]\nchecksum_jobs = 1.5", 2), ("[cache]\ntype = link", 2), ("[cache]\nshared = all", 2),
    ("[cache]\ndir = a,b", 2), ("[parsing]\nbool = x", 2), ("[hydra]\nconfig_dir = a\nconfig_module = b", 3),
    ("['remote \"a\"']\njobs = 1", 1), ("['remote \"a\"']\nurl = s3://b\nuser = me", 3),
    ("['remote \"a\"']\nurl = ftp://h", 2), ("['remote \"a\"']\nurl = http://[x", 2),
    ("['remote \"a\"']\nurl = http://[1::2::3]/", 2), ("['remote \"a\"']\nurl = a,b", 2),
    ("['remote \"a\"']\nurl = %(none)s", 2), ("['remote \"a\"']\nurl = %(url)s", 2), ("[remote]\na = b", 2),
    ("['remote \"a\"']\nurl = s3://b\ncache_regions = true", 3), ("cache = x", 1),
    ("['remote \"a\"']\nurl = http://h\nread_timeout = -1", 3), ("[state]\nrow_cleanup_quota = 101", 2),
  ]

  @Test func oddButValid() throws {
    for text in Self.accepted {
      #expect(throws: Never.self, "\(text.debugDescription)") { try load(text) }
    }
  }

  private static let accepted: [String] = [
    "", "\r# c\r\n  \n", "[ core ] # c\nremote=a", "[remote \"a\"]\nurl = x", "['core']",
    "[core]\nremote = a, b",
    // A key in the place of a section: the empty section of `.dvc/config.local` replaces it.
    "core = 1", "['remote \"a\"']\nurl = remote://b/x\nanything = true\n[[deep]]\nx = 1",
    "[remote]\n[[a]]\nurl = x", "['remote  \"a\" ']\nurl = x\njobs = +1_0",
    "['remote \"a\"']\nurl = http://h\nread_timeout = 1e3\nssl_verify = /ca", "[cache]\ntype = copy, symlink",
    "['remote \"a\"']\nurl = https://[::1.2.3.4]:80/x", "[state]\nrow_limit = ٣",
  ]

  @Test func textThatIsNotUTF8IsRefused() {
    let layer = ConfigurationLayer(level: .repo, path: "f", directory: [], contents: [0x23, 0xFF])
    #expect(throws: ConfigurationError.notUTF8(file: "f")) { try DVCConfiguration.load([layer]) }
  }

  @Test(.timeLimit(.minutes(1))) func hostileFilesTakeBoundedTime() {
    let quotes = "[core]\nremote = " + String(repeating: "'a', \"b\", ", count: 5000) + "'"
    let lists = "[core]\nremote = " + String(repeating: "a,", count: 20_000)
    let bomb = "[core]\n" + (0..<40).map { "k\($0) = %(k\($0 + 1))s%(k\($0 + 1))s\n" }.joined() + "k40 = ''\n"
    let percents = "[core]\nremote = " + String(repeating: "%(", count: 50_000) + ")"
    let chain = "[core]\n" + (0..<2000).map { "k\($0) = %(k\($0 + 1))s\n" }.joined() + "k2000 = x\n"
    let deep = (1...300).map {
      String(repeating: "[", count: $0) + "a" + String(repeating: "]", count: $0)
    }.joined(separator: "\n")
    for text in [bomb, chain, deep] { #expect(!isAccepted(text)) }
    for text in [quotes, lists, percents] { #expect(isAccepted(text)) }
  }

  private func isAccepted(_ text: String) -> Bool {
    do { return try load(text).remotes.isEmpty } catch { return false }
  }
}
