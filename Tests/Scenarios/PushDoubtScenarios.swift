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

  @Test func `of a remote that has lost something nothing is believed`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      guard push; guard push; find ../remote -type f -exec rm -f {} +
      echo 4 > many/4; track_folder many >/dev/null; git commit -q --no-verify -m four
      guard push; push git push -q origin main; guard push --no-cache
      """)
    #expect(
      said == """
        5 objects pushed, 193 bytes
        Everything is up to date.
        7 objects pushed, 439 bytes
        pushed
        Everything is up to date.

        """)
  }

  @Test func `a list in the cache that is not the directory's says nothing of its files`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      store ../list ../remote "$(sed -n 's/- md5: //p' many.dvc)"; list=$(ls .dvc/cache/files/md5/*/*.dir)
      chmod 644 $list; printf '[]' > $list; chmod 444 $list; sleep 0.1
      push git push -q origin main; grep -o "'many' (.*objects" ../said; guard push
      rm -f ../remote/files/md5/*/*.dir; guard push --no-cache 2>../said; echo $?
      grep -A1 'cache/' ../said | head -n 2 | sed "s|$ROOT/r/$list|LIST|"
      """)
    #expect(
      said == """
        stopped cache/not-pushed
        'many' (3 of 4 objects
        4 objects pushed, 10 bytes
        Nothing was pushed.
        1
        many.dvc:2: error: 'many' is neither on the remote 'storage' nor whole here [cache/lost]
            do:  rm -f LIST, then on the machine that has it: dvc push many.dvc

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

  @Test func `what is damaged in the cache is told with what mends it`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      f=$(ls .dvc/cache/files/md5/*/\(PushScenarios.hash)); chmod 644 $f; echo other > $f; chmod 444 $f; sleep 0.1
      guard push 2>../said >/dev/null; echo $?; grep -A1 '\\[cache/' ../said | sed "s|$ROOT/r/$f|FILE|; s/ --range.*//"
      push git push -q origin main; grep -A1 '\\[cache/lost' ../said | sed -n 's/^ *fix: //p' > ../fix
      $(sed 's/ && .*//' ../fix); test -e $f || echo gone; store many/2 .dvc/cache; guard push
      """)
    #expect(
      said == """
        1
        many.dvc:2: error: 'many' (1 of 4 objects: '2') is neither on the remote 'storage' nor whole in a cache; the work tree has it [cache/lost]
            fix: rm -f FILE && dvc commit -f many.dvc
        many.dvc:2: error: 'many' (1 of 4 objects, 183 bytes) is not on the remote 'storage' [cache/not-pushed]
            fix: guard push
        stopped cache/lost cache/not-pushed
        gone
        2 objects pushed, 185 bytes

        """)
  }

  @Test func `what cannot be read in the cache is not called lost`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      f=$(ls .dvc/cache/files/md5/*/\(PushScenarios.hash)); d=${f%/*}; rm -rf $d; ln -s ${d##*/} $d
      push git push -q origin main; grep -A1 "'many'" ../said | sed "s|$ROOT/r/$d|FOLDER|; s/ --range.*//"
      """)
    #expect(
      said == """
        stopped cache/not-pushed
        many.dvc:2: error: 'many' (4 of 4 objects, 187 bytes: '1' …) is not on the remote 'storage'; the cache may have it: cannot read an object of the DVC cache: FOLDER: Too many levels of symbolic links (open) [cache/not-pushed]
            do:  make that readable for you, then guard push

        """)
  }
}
