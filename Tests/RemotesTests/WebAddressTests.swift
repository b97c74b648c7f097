import Testing

@testable import Remotes

/// What the real libraries write was printed by dvc 3.67.1 with dvc-http 2.32, aiohttp 3.14.5, yarl 1.25.1, and
/// dvc-webdav 3.0.1, webdav4 0.11, httpx 0.28.1, for the object `abcdef`.
@Suite("URLs of web remotes")
struct WebAddressTests {
  private let object = Array("files/md5/ab/cdef".utf8)

  @Test(
    "An http remote's objects are where yarl puts them",
    arguments: [
      ("http://h/p", "http://h", "/p/files/md5/ab/cdef"), ("http://h/p/", "http://h", "/p/files/md5/ab/cdef"),
      ("http://h", "http://h", "/files/md5/ab/cdef"), ("http://h/", "http://h", "/files/md5/ab/cdef"),
      ("http://h/p//", "http://h", "/p//files/md5/ab/cdef"),
      ("http://H.Example:8080/a b", "http://h.example:8080", "/a%20b/files/md5/ab/cdef"),
      ("http://h/a%20b", "http://h", "/a%20b/files/md5/ab/cdef"),
      ("http://h/a%2fb", "http://h", "/a%2Fb/files/md5/ab/cdef"),
      ("http://h/a%zz", "http://h", "/a%25zz/files/md5/ab/cdef"),
      ("http://h/a%", "http://h", "/a%25/files/md5/ab/cdef"),
      ("http://h/%41%7e", "http://h", "/A~/files/md5/ab/cdef"),
      ("http://h/ü", "http://h", "/%C3%BC/files/md5/ab/cdef"),
      ("http://h/p?x=1", "http://h", "/p?x=1/files/md5/ab/cdef"),
      ("http://h/p?x=a b&y=%41", "http://h", "/p?x=a+b&y=A/files/md5/ab/cdef"),
      ("http://h?x", "http://h", "/?x/files/md5/ab/cdef"),
      ("http://h/p?q=[]{}|\"", "http://h", "/p?q=%5B%5D%7B%7D%7C%22/files/md5/ab/cdef"),
      ("http://u:p@h/x", "http://h", "/x/files/md5/ab/cdef"),
      ("http://h/a/../b", "http://h", "/b/files/md5/ab/cdef"),
      ("http://h/a/..", "http://h", "/files/md5/ab/cdef"),
      ("http://h/./b", "http://h", "/b/files/md5/ab/cdef"),
      ("http://h/a//b", "http://h", "/a//b/files/md5/ab/cdef"),
      (
        "http://h/a+b@c:d;e=f,g!h$i&j'k(l)m*n", "http://h", "/a+b@c:d;e=f,g!h$i&j'k(l)m*n/files/md5/ab/cdef"
      ),
      (
        "http://h/[x]{y}|z\\w^v`u\"<>", "http://h",
        "/%5Bx%5D%7By%7D%7Cz%5Cw%5Ev%60u%22%3C%3E/files/md5/ab/cdef"
      ),
      ("https://[::1]:81/x", "https://[::1]:81", "/x/files/md5/ab/cdef"),
      ("http://h/%e2%82%ac", "http://h", "/%E2%82%AC/files/md5/ab/cdef"),
      ("http://h/%7Eu%2B+", "http://h", "/~u%2B+/files/md5/ab/cdef"),
      ("HTTP://h/x", "http://h", "/x/files/md5/ab/cdef"),
    ])
  func http(_ url: String, _ server: String, _ path: String) throws {
    let address = try WebAddress(url, .yarl)
    #expect(address.server == server)
    #expect(address.path(of: object) == path)
  }

  @Test(
    "A webdav remote's objects are where httpx puts them",
    arguments: [
      ("webdav://h/p", "http://h/p/files/md5/ab/cdef"), ("webdav://h/p/", "http://h/p/files/md5/ab/cdef"),
      ("webdav://h", "http://h/files/md5/ab/cdef"), ("webdavs://h:8443/", "https://h:8443/files/md5/ab/cdef"),
      ("webdav://h/p//q//", "http://h/p/q/files/md5/ab/cdef"),
      ("webdav://H.Example:8080/a b", "http://h.example:8080/a%20b/files/md5/ab/cdef"),
      ("webdav://h/a%20b", "http://h/a%20b/files/md5/ab/cdef"),
      ("webdav://h/a%2fb", "http://h/a/b/files/md5/ab/cdef"),
      ("webdav://h/%41%7e", "http://h/A~/files/md5/ab/cdef"),
      ("webdav://h/ü", "http://h/%C3%BC/files/md5/ab/cdef"),
      ("webdav://h/p?x=1#f", "http://h/p/files/md5/ab/cdef"),
      ("webdav://h/a/../b", "http://h/b/files/md5/ab/cdef"),
      ("webdav://h/a+b@c:d;e=f,g!h$i&j'k(l)m*n", "http://h/a+b@c:d;e=f,g!h$i&j'k(l)m*n/files/md5/ab/cdef"),
      (
        "webdav://h/[x]{y}|z\\w^v`u\"<>~_-", "http://h/[x]%7By%7D|z\\w^v%60u%22%3C%3E~_-/files/md5/ab/cdef"
      ),
      ("webdav://[::1]:81/x", "http://[::1]:81/x/files/md5/ab/cdef"),
      ("webdav://h/a%zz", "http://h/a%zz/files/md5/ab/cdef"),
      ("webdav://h/%e2%82%ac", "http://h/%E2%82%AC/files/md5/ab/cdef"),
      ("webdav://h/100%", "http://h/100%/files/md5/ab/cdef"),
    ])
  func webdav(_ url: String, _ expected: String) throws {
    #expect(try WebAddress(url, .httpx).url(of: object) == expected)
  }

  @Test("A user and a password are taken out of the URL")
  func login() throws {
    let address = try WebAddress("http://u%40:p%3A@h/x", .yarl)
    #expect(address.user == "u@" && address.password == "p:")
    #expect(address.shown == "http://h/x")
    #expect(try WebAddress("http://u@h/", .yarl).password == nil)
  }

  @Test(
    "What is no URL, or one under which all objects are one, is refused",
    arguments: [
      "http://h/p#f", "http://", "http:///x", "h/x", "http://b\u{fc}cher.example/x", "http://h/a\nb",
      "http://a b/",
    ])
  func refused(_ url: String) {
    #expect(throws: StoreError.self) { try WebAddress(url, .yarl) }
  }
}
