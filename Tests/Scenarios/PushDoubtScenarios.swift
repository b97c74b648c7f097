import Support
import Testing

/// Data that seems to be on a remote, or in the cache, and is not: in the repositories of ``PushScenarios``.
@Suite struct PushDoubtScenarios {
  /// A remote that keeps versions and answers nobody.
  private static let versions = """
    printf '[core]\\n    remote = v\\n[%s]\\n    url = s3://bucket/data\\n    version_aware = true\\n' \
    "'remote \\"v\\"'" > .dvc/config
    printf '    endpointurl = http://127.0.0.1:1\\n    access_key_id = a\\n    secret_access_key = b\\n' >> .dvc/config
    \(version("one")); git rm -rq --cached many.dvc; rm many.dvc
    git commit -q --no-verify -am versions; git push -q --no-verify origin main

    """

  /// Records a version as `dvc push` does.
  private static func version(_ id: String) -> String {
    "printf '  cloud:\\n    v:\\n      version_id: %s\\n' \(id) >> data/raw.csv.dvc; git add data/raw.csv.dvc"
  }

  static let versioned = [
    PushScenarios.Place(
      "the same content under another name",
      "mv data/raw.csv data/moved.csv; git rm -q --cached data/raw.csv.dvc; track data/moved.csv",
      "stopped cache/not-pushed"),
    PushScenarios.Place("without its version", "track data/raw.csv", "stopped cache/not-pushed"),
    PushScenarios.Place(
      "another version, which the remote is asked for", "track data/raw.csv; \(version("two"))",
      "stopped"),
    PushScenarios.Place(
      "what was named before, as it was", "echo 'desc: x' >> data/raw.csv.dvc; git add data", "pushed"),
  ]

  @Test(arguments: versioned) func `what a remote has that keeps versions`(place: PushScenarios.Place) throws
  {
    let box = try PushScenarios.sandbox(PushScenarios.more + Self.versions)
    let verdict = try box.inside(
      "\(place.script); git commit -q --no-verify -m new; push git push -q origin main")
    let said = try box.run("cat said")
    #expect(verdict == "\(place.expected)\n", "\(said)")
  }

  @Test func `no list goes to a remote whose files were there a while ago`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      guard push; git push -q origin main; find ../remote -type f -exec rm -f {} +
      echo 4 > many/4; track_folder many >/dev/null; git commit -q --no-verify -m four
      guard push --dry-run | tr '\\n' ' '; guard push
      """)
    #expect(
      said == """
        5 objects pushed, 193 bytes
        many/1 many/2 many/3 many/4 many 5 objects pushed, 252 bytes

        """)
  }

  @Test func `a list in the cache that is not the directory's says nothing of its files`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      store ../list ../remote "$(sed -n 's/- md5: //p' many.dvc)"; list=$(ls .dvc/cache/files/md5/*/*.dir)
      chmod 644 $list; printf '[]' > $list; chmod 444 $list
      push git push -q origin main; grep -o "'many' (.*objects" ../said; guard push
      """)
    #expect(
      said == """
        stopped cache/not-pushed
        'many' (3 of 4 objects
        4 objects pushed, 10 bytes

        """)
  }

  @Test func `what one remote refused is not missing on another`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      mkdir ../other; : > ../other/files
      printf '[%s]\\n    url = %s\\n' "'remote \\"other\\"'" "$ROOT/other" >> .dvc/config
      cp data/raw.csv data/twin.csv; track data/twin.csv; echo '  remote: other' >> data/twin.csv.dvc
      git add -A; git commit -q --no-verify --amend -m twins
      guard push 2>../said; echo $?; grep -o "'[a-z.]*' .* '[a-z]*' \\[" ../said
      """)
    #expect(
      said == """
        5 objects pushed, 193 bytes, 1 failed
        1
        'twin.csv' (4 bytes) is not on the remote 'other' [

        """)
  }
}
