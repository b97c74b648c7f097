"""pre-commit, prek and lefthook, the real ones, with the files that this repository has for them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scene import SOURCES, Scene, guard

LOST = "outs:\n- md5: d41d8cd98f00b204e9800998ecf8427e\n  size: 1\n  hash: md5\n  path: raw.csv\n"
STALE = "lr: 2\n"


def all_of(place: Path) -> Iterator[tuple[str, str]]:
    """Each of them in a repository of its own."""
    source = published(place)
    manifest = subprocess.run([program("pre-commit"), "validate-manifest", SOURCES / ".pre-commit-hooks.yaml"], capture_output=True, check=False)
    yield "pre-commit takes the manifest", manifest.stdout.decode() if manifest.returncode else ""
    for manager in ("pre-commit", "prek"):
        yield from stories(place / manager, manager, by_manifest(source, manager, "-system"))
        yield from built(place / f"{manager}-swift", manager, source)
    yield from stories(place / "lefthook", "lefthook", by_lefthook(source))
    yield from stories(place / "husky", "husky", by_husky())


def program(name: str) -> Path:
    """A program of the tests' own environment."""
    return Path(sys.executable).parent / name


def published(place: Path) -> Path:
    """This repository as others see it: a commit with a tag. The sources are not needed to look at the hooks."""
    source = place / "published"
    source.mkdir()
    for name in (".pre-commit-hooks.yaml", "templates/lefthook.yml", "Package.swift"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text((SOURCES / name).read_text())
    scene = Scene(place / "publisher", guard())
    scene.made("git init -q; git add -A; git commit -qm v1; git tag v1", source)
    return source


def by_manifest(source: Path, manager: str, suffix: str) -> str:
    """The shell lines that set pre-commit or prek up."""
    return f"""
        cat > .pre-commit-config.yaml <<'END'
default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg, pre-push]
repos:
- repo: file://{source}
  rev: v1
  hooks:
  - id: guard{suffix}
  - id: guard-message{suffix}
  - id: guard-push{suffix}
END
        git add -A; git commit -qm hooks; {manager} install >/dev/null"""


def by_lefthook(source: Path) -> str:
    """The shell lines that set lefthook up."""
    return f"""
        cat > lefthook.yml <<'END'
remotes:
- git_url: file://{source}
  ref: v1
  configs: [templates/lefthook.yml]
END
        git add -A; git commit -qm hooks; lefthook install >/dev/null"""


def by_husky() -> str:
    """The shell lines that do what husky 9 does, which is npm's, and write what docs/hook-managers.md says."""
    lines = {line.split()[2]: line.strip() for line in (SOURCES / "docs/hook-managers.md").read_text().splitlines() if line.startswith("    guard hook ")}
    hooks = {name: lines.get(name, lines["pre-commit"].replace("pre-commit", name)) for name in ("pre-commit", "pre-merge-commit", "commit-msg", "pre-push")}
    script = "mkdir -p .husky/_; git config core.hooksPath .husky/_\n"
    script += """cat > .husky/_/h <<'END'
#!/usr/bin/env sh
n=$(basename "$0")
s=$(dirname "$(dirname "$0")")/$n
[ ! -f "$s" ] && exit 0
export PATH="node_modules/.bin:$PATH"
sh -e "$s" "$@"
c=$?
[ $c != 0 ] && echo "husky - $n script failed (code $c)"
exit $c
END
"""
    for name, line in hooks.items():
        script += f"printf '#!/usr/bin/env sh\\n. \"$(dirname \"$0\")/h\"' > .husky/_/{name}; chmod 755 .husky/_/{name}\n"
        script += f"cat > .husky/{name} <<'END'\n{line}\nEND\n"
    return script + "echo '*' > .husky/_/.gitignore; git add -A; git commit -qm hooks"


def stories(place: Path, manager: str, setup: str) -> Iterator[tuple[str, str]]:
    """Commits, merges and pushes that are right and that are not."""
    scene = Scene(place, guard())
    # Where the hooks' programs keep what they made is below the home of this test.
    scene.build()
    outcome = scene.sh(setup)
    yield f"{manager}: it is set up", "" if outcome.code == 0 else outcome.said

    def tried(title: str, script: str, stopped: str) -> tuple[str, str]:
        outcome = scene.sh(script)
        if stopped:
            fine = outcome.code != 0 and stopped in outcome.said
        else:
            fine = outcome.code == 0
        return f"{manager}: {title}", "" if fine else f"{outcome.code}: {outcome.said}"

    yield tried("a commit that is right", "echo text > page.md; git add -A; git commit -qm words", "")
    if manager == "lefthook":
        # Only lefthook hands on what Git tells after a commit.
        yield tried("a commit has its run record", "git notes --ref refs/notes/guard/runs show HEAD", "")
        yield tried("a commit that is amended too", "git commit -q --amend -m other; git notes --ref refs/notes/guard/runs show HEAD", "")
    yield tried("a message that is not of the form", """
        printf 'rules: {commit/message: error}\\n' > guard.local.yml; git commit -q --allow-empty -m words""", "commit/message")
    yield tried("a message that is", "git commit -q --allow-empty -m 'docs: words' && rm guard.local.yml", "")
    yield tried("a commit that is not", "printf 'lr: 2\\n' > params.yaml; git commit -qam stale", "lock/params")
    yield tried("a commit that is waived", "GUARD_SKIP=lock/params git commit -qam waived", "")
    yield tried("what stands in the work tree is not judged", "sed -i 's/lr: 1/lr: 2/' dvc.lock; git add dvc.lock; echo more >> page.md; git commit -qm mended", "")
    yield tried("a commit of one file of two", """
        git checkout -q page.md; printf 'lr: 5\\n' > params.yaml; sed -i 's/lr: 2/lr: 5/' dvc.lock; git add -A
        git commit -qm half -- params.yaml""", "lock/params")
    yield tried("a merge that is not right", """
        git reset -q --hard; git checkout -qb left; echo left > left.md; git add -A; git commit -qm left; git checkout -qb right main
        printf 'lr: 3\\n' > params.yaml; sed -i 's/lr: 2/lr: 3/' dvc.lock; git commit -qam right
        git checkout -q left; git merge -q --no-ff --no-commit right; sed -i 's/lr: 3/lr: 4/' dvc.lock; git add dvc.lock; git commit -qm both""", "lock/params")
    yield tried("a push that is right", "git reset -q --hard; git checkout -q main; git push -q origin main", "")
    if manager != "lefthook":
        yield tried("what is pushed has its run record", "git notes --ref refs/notes/guard/runs show main", "")
    yield tried("a push of data that nobody has", f"""
        printf '%s' '{LOST}' > raw.csv.dvc; echo /raw.csv > .gitignore; git add -A; git commit -qm data; git push -q origin main""", "cache/lost")
    yield tried("a push of a new branch", "git checkout -qb fresh; git push -q origin fresh", "cache/lost")
    yield tried("a push of a whole history", f"git init -q --bare {place}/other.git; git push -q {place}/other.git main", "cache/lost")
    yield tried("the data is there", f"mkdir -p {place}/data/files/md5/d4; : > {place}/data/files/md5/d4/1d8cd98f00b204e9800998ecf8427e; git push -q origin fresh", "")
    yield f"{manager}: nothing was pushed before", "" if scene.made("git ls-remote origin refs/heads/fresh | wc -l") == "1" else "a branch is missing"


def built(place: Path, manager: str, source: Path) -> Iterator[tuple[str, str]]:
    """`language: swift`. A compiler takes minutes: here one stands in that takes what is built already."""
    scene = Scene(place, guard())
    scene.build()
    (scene.bin / "guard").unlink()
    (scene.bin / "swift").write_text(f"""#!/bin/sh
for word; do
  case $last in --build-path) to=$word ;; esac
  last=$word
done
[ -n "$to" ] || {{ echo 'Swift version 6.3'; exit; }}
[ "$last" != --show-bin-path ] || {{ echo "$to/release"; exit; }}
mkdir -p "$to/release" && cp {guard()} "$to/release/guard"
""")
    (scene.bin / "swift").chmod(0o755)
    outcome = scene.sh(by_manifest(source, manager, ""))
    yield f"{manager}, built: it is set up", "" if outcome.code == 0 else outcome.said
    outcome = scene.sh("printf 'lr: 2\\n' > params.yaml; git commit -qam stale")
    yield f"{manager}, built: a commit that is not right", "" if outcome.code != 0 and "lock/params" in outcome.said else outcome.said
    outcome = scene.sh(f"git checkout -q params.yaml; printf '%s' '{LOST}' > raw.csv.dvc; echo /raw.csv > .gitignore; git add -A; git commit -qm data; git push -q origin main")
    yield f"{manager}, built: a push of data that nobody has", "" if outcome.code != 0 and "cache/lost" in outcome.said else outcome.said
