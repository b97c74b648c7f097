import Testing

/// Signed records, from the command line, with the real ssh-keygen and openssl.
@Suite(.serialized) struct SigningScenarios {
  /// A repository whose owner signs with an SSH key, and an Ed25519 key beside it.
  private func sandbox() throws -> CommitSandbox {
    let box = try CommitSandbox()
    try box.run(
      """
      ssh-keygen -q -t ed25519 -N '' -C '' -f key; openssl genpkey -algorithm ed25519 -out ci
      openssl pkey -in ci -pubout -out ci.pub; echo "a@b $(cat key.pub)" > allowed
      cat > bin/masked <<'END'
      #!/bin/sh
      sed -E "s/$(git rev-parse --short=12 HEAD)/C/g; s/SHA256:[A-Za-z0-9+\\/]{43}/SSH/g; s/sha256:[0-9a-f]{64}/ED/g"
      END
      chmod +x bin/masked
      git config --global gpg.format ssh; git config --global user.signingkey "$ROOT/key"
      git config --global gpg.ssh.allowedSignersFile "$ROOT/allowed"
      """)
    return box
  }

  @Test func `a record is signed by Git's key and by another one, and both are told`() throws {
    let box = try sandbox()
    try box.expect(
      """
      C: the run record says what the commit says
      C: nobody who is known signed the run record
      1
      C recorded
      C signed with SSH
      C up to date
      C signed already with SSH
      C: the run record says what the commit says
      C: signed by a@b (ssh SSH)
      0
      C signed with ED
      C: the run record says what the commit says
      C: signed by a@b (ssh SSH)
      C: signed by a key that is not known (ed25519 ED)
          --key FILE, or records.keys in guard.local.yml, names the keys of those who may sign
      0
      C: signed by ../ci.pub (ed25519 ED)
      signatures
          signed by a@b (ssh SSH)
          signed by a key that is not known (ed25519 ED)
      record: kept in refs/notes/guard/runs

      """,
      """
      git update-ref -d refs/notes/guard/runs; guard record -q
      { guard verify --require-signature; echo $?; git update-ref -d refs/notes/guard/runs
        guard record --sign; guard record --sign; guard verify --require-signature; echo $?
        guard record --sign --key ../ci | tail -n 1; guard verify; echo $?
        guard verify --key ../ci.pub | grep ci.pub
        guard show | sed -n '/^signatures/,$p' | grep -v ^restore; } | masked
      """)
  }

  @Test func `a key of guard-local-yml counts, and one of guard-yml does not`() throws {
    let box = try sandbox()
    try box.expect(
      """
      1
      signed by a key that is not known (ed25519 ED)
          only .guard.yml says that it is that of 'forger', and anybody may have written that: name it in \
      guard.local.yml, which Git must not have, or by --key FILE
      nobody who is known signed the run record
      0
      signed by ci (ed25519 ED)
      1
      guard.local.yml:1: keys are names with Ed25519 public keys: the line in base 64 that openssl pkey -pubout prints
      2

      """,
      """
      printf 'records: {keys: {forger: %s}}\\n' "$(sed -n 2p ../ci.pub)" > .guard.yml
      git add .guard.yml; git commit -qm keys; guard record -q --sign --key ../ci
      guard verify -q --require-signature; echo $?; guard verify --require-signature | sed '1d; s/^[^ ]*: //' | masked
      sed s/forger/ci/ .guard.yml > guard.local.yml; guard verify -q --require-signature; echo $?
      guard verify | sed '1d; s/^[^ ]*: //' | masked
      git add -f guard.local.yml; guard verify -q --require-signature; echo $?; git rm -q --cached guard.local.yml
      printf 'records: {keys: {ci: AAAA}}\\n' > guard.local.yml; guard verify 2>&1 | sed 's/guard: error: //'
      guard verify -q 2>/dev/null; echo $?
      """)
  }

  @Test func `what was changed is told and is exit code 1`() throws {
    let box = try sandbox()
    try box.expect(
      """
      C: the run record does not say what the commit says
          params.lr
              recorded: 5
              commit:   1
          fix: guard record C
      C: signed before the record changed (ssh SSH)
          fix: guard record --sign C
      1
      C: the run record says what the commit says
      C: bad signature (ssh SSH): it is not of this record
      1
      C: the run record says what the commit says
      C: bad signature (ssh SSH): it is not of this record
      1
      C: the run record says what the commit says
      C: signed by a@b (ssh SSH)
      0

      """,
      """
      guard record -q --sign; git notes --ref=guard/links show > ../links; git notes --ref=guard/runs show > ../kept
      { sed 's/"lr":1,"seed"/"lr":5,"seed"/' ../kept > ../wrong; git notes --ref=guard/runs add -f -F ../wrong
        guard verify; echo $?
        git notes --ref=guard/runs add -f -F ../kept; sed 's/"sig":"\\(.*\\)....==/"sig":"\\1AAAA==/' ../links > ../bad
        git notes --ref=guard/links add -f -F ../bad; guard verify; echo $?
        old=$(sha256sum < ../kept | cut -c-64); new=$(printf '{}\\n' | sha256sum | cut -c-64)
        guard record -q --sign; git notes --ref=guard/links show > ../both; wc -l < ../both > ../count
        guard verify | sed '/signed by/d'; guard verify -q; echo $?
        git notes --ref=guard/links add -f -F ../links; guard verify; echo $?; } 2>/dev/null | masked
      """)
    try box.expect("2\n", "cat ../count")
    // Who has signed what is kept now is not held to what was kept before.
    try box.expect(
      """
      1
      0
      2

      """,
      """
      sed 's/"sha256":"..../"sha256":"0000/' ../links > ../old
      git notes --ref=guard/links add -f -F ../old 2>/dev/null; guard verify -q; echo $?
      guard record -q --sign; guard verify -q --require-signature; echo $?; git notes --ref=guard/links show | wc -l
      """)
  }

  @Test func `a document tells each signature`() throws {
    let box = try sandbox()
    try box.expect(
      """
      {
        "schema": 1,
        "commit": "H",
        "conclusion": "pass",
        "record": "current",
        "cutOff": false,
        "differences": [],
        "signatures": [
          {
            "verdict": "valid",
            "signer": "a@b",
            "keyid": "SSH",
            "kind": "ssh",
            "why": null
          }
        ]
      }
      {
        "schema": 1,
        "commit": "H",
        "conclusion": "violated",
        "record": "missing",
        "cutOff": false,
        "differences": [],
        "signatures": [
          {
            "verdict": "outdated",
            "signer": null,
            "keyid": "SSH",
            "kind": "ssh",
            "why": null
          }
        ]
      }

      """,
      """
      guard record -q --sign; { guard verify --json; git update-ref -d refs/notes/guard/runs; guard verify --json; } |
        sed "s/$(git rev-parse HEAD)/H/" | masked
      """)
  }

  @Test func `a range is signed in one go, and what is signed already stays`() throws {
    let box = try sandbox()
    try box.expect(
      """
      3 commits: 3 recorded, 0 up to date
      3 signed with SSH, 0 signed already
      4 commits: 1 recorded, 3 up to date
      1 signed with SSH, 3 signed already
      4

      """,
      """
      for n in 1 2 3; do git commit -q --no-verify --allow-empty -m $n; done; git update-ref -d refs/notes/guard/runs
      { guard record --sign HEAD~3..HEAD; guard record --sign --backfill; } | masked | grep -v -e '^C ' -e '^[0-9a-f]\\{12\\} '
      for c in $(git rev-list HEAD); do guard verify -q --require-signature $c && echo good; done | wc -l
      """)
  }

  @Test func `signers at the same time lose nothing`() throws {
    let box = try sandbox()
    try box.expect(
      "18\n0\n18 valid\n",
      """
      for n in 1 2; do git commit -q --no-verify --allow-empty -m $n; done; guard record -q --backfill
      for n in 1 2 3 4 5 6; do openssl genpkey -algorithm ed25519 -out ../k$n
        openssl pkey -in ../k$n -pubout -out ../k$n.pub; done
      for n in 1 2 3 4 5 6; do guard record -q --sign --key ../k$n --backfill & done; wait
      for c in $(git rev-list HEAD); do git notes --ref=guard/links show $c; done | grep -c '"t":"signature"'
      git fsck --strict 2>&1 | grep -c -v -e '^notice' -e dangling
      keys=$(for n in 1 2 3 4 5 6; do printf ' --key ../k%s.pub' $n; done)
      for c in $(git rev-list HEAD); do guard verify --json $keys $c; done | grep -c '"verdict": "valid"' | sed 's/$/ valid/'
      """)
  }

  @Test func `a signature travels with the notes, and counts in a shallow clone`() throws {
    let box = try sandbox()
    try box.expect(
      """
      C: the run record says what the commit says, as far as this clone knows its history
      C: signed by a@b (ssh SSH)
      0

      """,
      """
      git commit -q --no-verify --allow-empty -m two; guard record -q --sign
      git clone -q --depth 1 "file://$PWD" ../shallow; cd ../shallow
      git fetch -q origin 'refs/notes/guard/*:refs/notes/guard/*'
      { guard verify --require-signature; echo $?; } | masked
      """)
  }

  @Test func `a record of a newer guard is not judged, and its signature is`() throws {
    let box = try sandbox()
    try box.expect(
      """
      C: not judged: a newer guard wrote the run record (schema 2)
      C: signed by ../ci.pub (ed25519 ED)
      2
      C left alone: a newer guard wrote it (schema 2)
      C not signed: it has no record that this guard knows
      2

      """,
      """
      guard record -q; git notes --ref=guard/runs show | sed 's/"schema":1/"schema":2/' > ../newer
      git notes --ref=guard/runs add -f -F ../newer 2>/dev/null
      { printf 'DSSEv1 28 application/vnd.in-toto+json %s ' "$(wc -c < ../newer)"; cat ../newer; } > ../message
      openssl pkeyutl -sign -rawin -inkey ../ci -in ../message -out ../sig
      id=$(openssl pkey -pubin -in ../ci.pub -outform DER | sha256sum | cut -c-64)
      printf '{"digest":{"sha256":"%s"},"payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"%s",' \
        "$(sha256sum < ../newer | cut -c-64)" "sha256:$id" > ../line
      printf '"sig":"%s"}],"t":"signature"}\n' "$(base64 -w0 ../sig)" >> ../line
      git notes --ref=guard/links add -F ../line 2>/dev/null
      { guard verify --key ../ci.pub; echo $?; guard record --sign; echo $?; } | masked
      """)
  }

  @Test func `a policy that cannot be read keeps nobody from seeing who signed`() throws {
    let box = try sandbox()
    try box.expect(
      "0\n1\n",
      """
      echo 'records: [' > .guard.yml; git add -A; git commit -qm broken --no-verify 2>/dev/null; guard record -q --sign 2>/dev/null
      guard verify -q --require-signature; echo $?; guard show | grep -c 'signed by a@b'
      """)
  }

  @Test func `what cannot be done says so, and nothing is written`() throws {
    let box = try sandbox()
    try box.expect(
      """
      guard: error: there is no key to sign with: Git signs by openpgp here; guard signs with an SSH key \
      (git config gpg.format ssh, and user.signingKey), or with an Ed25519 key in a file (--key)
      2
      guard: error: nosuch is not in PATH: it signs with SSH keys and checks such signatures, and comes with OpenSSH's client
      2
      Error: --key is the key of --sign
      64
      64
      0
      not judged
      2
      guard: error: ../key: no Ed25519 public key in PEM, as openssl pkey -in KEY -pubout -out FILE writes it; \
      SSH keys are named in the file of git config gpg.ssh.allowedSignersFile
      2

      """,
      """
      git update-ref -d refs/notes/guard/runs
      git config gpg.format openpgp; guard record --sign 2>&1; echo $?
      git config gpg.format ssh; git config gpg.ssh.program nosuch; guard record --sign 2>&1; echo $?
      guard record --key x 2>&1 | head -n 1; guard record --key x 2>/dev/null; echo $?
      guard record --sign --dry-run 2>/dev/null; echo $?
      git for-each-ref refs/notes | wc -l
      git config --unset gpg.ssh.program; guard record -q --sign; git config gpg.ssh.program nosuch
      guard verify | grep -o 'not judged'; guard verify -q; echo $?
      guard verify --key ../key 2>&1; echo $?
      """)
  }

  @Test func `Ctrl-C at a question leaves nothing behind`() throws {
    let box = try sandbox()
    try box.expect(
      "0\n130\n0\n",
      """
      cat > ../asked <<'END'
      #!/bin/sh
      [ "$2" = sign ] || exec ssh-keygen "$@"
      kill -INT $$
      END
      chmod +x ../asked; git config gpg.ssh.program "$ROOT/asked"; guard record -q; mkdir ../tmp
      TMPDIR=$ROOT/tmp guard record -q --sign 2>&1 | wc -l
      TMPDIR=$ROOT/tmp guard record -q --sign 2>/dev/null; echo $?; ls -A ../tmp | wc -l
      """)
  }

  @Test func `hooks sign nothing, whatever is configured`() throws {
    let box = try sandbox()
    try box.expect(
      "0\nnone\n",
      """
      git config commit.gpgsign false; git config user.signingkey "$ROOT/nosuch"; git config gpg.ssh.program "$ROOT/loud"
      printf '#!/bin/sh\\necho called >> "$ROOT/called"\\nexit 1\\n' > ../loud; chmod +x ../loud
      stale; repro; git commit -qam next; echo $?
      git notes --ref=guard/links show 2>/dev/null; cat ../called 2>/dev/null; echo none
      """)
  }
}
