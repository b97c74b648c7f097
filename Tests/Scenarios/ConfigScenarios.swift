import Support
import Testing

/// `guard config`: every value with where it comes from, and no secret.
@Suite struct ConfigScenarios {
  @Test func `the first that sets something is named, by file and line or by variable`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      profile                      audit  GUARD_PROFILE
      inherited                    off    guard.local.yml:1
      rules.data/large-file        error  default
      rules.data/large-file.limit  5 MB   .guard.yml:4
      remote.timeout               7      ci/org.yml:2

      """,
      """
      mkdir ci; printf 'remote:\\n  timeout: 7\\ninherited: error\\n' > ci/org.yml; echo 'inherited: off' > guard.local.yml
      printf 'extends: ci/org.yml\\nrules:\\n  data/large-file:\\n    limit: 5 MB\\nprofile: ci\\n' > .guard.yml
      GUARD_PROFILE=audit guard config > ../said
      grep '^profile\\|^inherited\\|^rules.data/large-file\\|^remote.timeout' ../said | grep -v except \\
        | awk '{ printf "%-27s  %-5s  %s\\n", $1, $2 ($3 == "MB" ? " MB" : ""), $NF }'
      """)
  }

  @Test func `a branch and a path have their own part, and what is staged is another policy`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      profile  ci  .guard.yml:1
      profile  audit  .guard.yml:2
      rules.lock/params  off  .guard.yml:3
      profile  local  default

      """,
      """
      printf 'profile: ci\\nbranches: {"release/*": {profile: audit}}\\npaths: {docs: {rules: {lock/params: off}}}\\n' > .guard.yml
      guard config profile; guard config profile --branch release/1; guard config rules.lock/params --path docs/a
      guard config profile --staged
      """)
  }

  @Test func `remotes and servers are shown without what one could log in with`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      dvc.cache  /ROOT/r/.dvc/cache  default
      dvc.default-remote  s  DVC's configuration
      dvc.remote.s.url  s3://bucket/x  .dvc/config:4
      dvc.remote.s.region  eu  .dvc/config:5
      dvc.remote.s.access_key_id  (set)  .dvc/config.local:2
      dvc.remote.s.secret_access_key  (set)  .dvc/config.local:3
      tracking.place  http://h:5000  MLFLOW_TRACKING_URI
      tracking.experiment  r  default
      tracking.login  (set)  the tracking URI
      no secret

      """,
      """
      printf '[core]\\nremote = s\\n[remote "s"]\\nurl = s3://bucket/x\\nregion = eu\\n' > .dvc/config
      printf '[remote "s"]\\naccess_key_id = AKIAHUNTER2\\nsecret_access_key = hunter2\\n' > .dvc/config.local
      export MLFLOW_TRACKING_URI=http://me:hunter2@h:5000 MLFLOW_TRACKING_TOKEN=hunter2
      for key in dvc tracking; do guard config $key | sed "s|$ROOT|/ROOT|; s/   */  /g"; done
      { guard config; guard config --json; guard doctor --offline; } | grep -i hunter2 || echo no secret
      """)
  }

  @Test func `a program gets a document, and a key that is none is wrong usage`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      {"schema": 1, "settings":[{"key":"remote.timeout", "value":"300", "origin":{"kind":"default"}}]}
      guard: error: there is no key 'remote.timout': guard config lists them
      exited(64)

      """,
      """
      guard config remote.timeout --json | tr -d '\\n' | sed 's/  *\\([]["{}]\\)/\\1/g; s/,"/, "/g'; echo
      guard config remote.timout
      """)
  }

  @Test func `a bare repository and a commit have their policy`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "profile  audit  .guard.yml:1\nprofile  local  default\n",
      """
      echo 'profile: audit' > .guard.yml; git add .; git commit -qm policy
      git clone -q --bare . ../bare; guard -C ../bare config profile; guard config profile --rev HEAD~1
      """)
  }

  @Test func `a server gets the login only where no file of the repository alone names it`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      ci/org.yml:1 (none)
      ci/org.yml:1 (set)
      guard.local.yml:2 (set)
      .guard.yml:1 (none)

      """,
      """
      export MLFLOW_TRACKING_USERNAME=me MLFLOW_TRACKING_PASSWORD=hunter2
      told() { echo $(guard config tracking.place | awk '{ print $NF }') $(guard config tracking.login | awk '{ print $2 }'); }
      mkdir ci; echo 'mlflow: {tracking-uri: "http://h:5000"}' > ci/org.yml; echo 'extends: ci/org.yml' > guard.local.yml
      git add ci; told; git rm -q --cached ci/org.yml; told
      printf 'mlflow:\\n  tracking-uri: http://h:5000\\n' > guard.local.yml; told
      rm guard.local.yml; echo 'mlflow: {tracking-uri: "http://h:5000"}' > .guard.yml; told
      """)
  }
}
