"""Branches with real runs of dvc, merged by the real git."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


class Repository:
    """A repository with the driver in it."""

    def __init__(self, guard: Path, place: Path) -> None:
        self.root = place / "repository"
        self.root.mkdir()
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(place), "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": str(place / "site"), "GUARD": str(guard),
            **{f"GIT_{who}_{what}": "a@b.invalid" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }

    def __call__(self, script: str) -> tuple[int, str]:
        """Exit code and all that was said."""
        done = subprocess.run(["bash", "-euc", script], cwd=self.root, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout


START = r"""
git init -qb main; dvc init -q; printf 'a: 1\nb: 1\n' > params.yaml
cat > dvc.yaml <<'END'
stages:
  one:
    cmd: cp params.yaml one.txt
    params: [a]
    outs: [one.txt]
  two:
    cmd: cp params.yaml two.txt
    params: [b]
    outs: [two.txt]
  three:
    cmd: cat one.txt > three.txt
    deps: [one.txt]
    outs: [three.txt]
END
dvc repro -q; echo dvc > requirements.txt; mkdir data; echo x > data/x; dvc add -q data
"$GUARD" install --merge-driver | sed -n '/merge=guard/p' | sed 's/^ *//' > .gitattributes
git add -A; git commit -qm start --no-verify
git checkout -qb side; sed -i 's/^b: .*/b: 2/' params.yaml; dvc repro -q; git commit -qam side
git checkout -q main; sed -i 's/^a: .*/a: 2/' params.yaml; dvc repro -q; git commit -qam main
"""


def all_of(guard: Path, place: Path) -> Iterator[tuple[str, str]]:
    """Tells the stories in their order."""
    repository = Repository(guard, place)
    code, said = repository(START)
    yield "branches are made", "" if code == 0 else said
    # The neighbouring lines of params.yaml conflict, as they do without guard; dvc.lock does not.
    code, said = repository("git merge -q side || :; git diff --name-only --diff-filter=U; printf 'a: 2\\nb: 2\\n' > params.yaml; git add -A")
    yield "stages that two branches ran merge", "" if "params.yaml\n" == said.split("CONFLICT")[-1].split("\n", 1)[1][-12:] and "dvc.lock" not in said.split("\n", 1)[1] else said
    code, said = repository("git commit -qm merged && dvc checkout -q && dvc status -q && cp dvc.lock ../merged && dvc repro -q && cmp dvc.lock ../merged")
    yield "dvc agrees with the merged lock", "" if code == 0 else said
    code, said = repository("""
        git checkout -qb left; sed -i 's/^a: .*/a: 3/' params.yaml; dvc repro -q; git commit -qam left
        git checkout -q main; sed -i 's/^a: .*/a: 4/' params.yaml; dvc repro -q; git commit -qam right
        git merge left || :; git checkout -q --theirs params.yaml; dvc repro one 2>&1 | tail -n 3""")
    fine = "stage 'one', not in the same way" in said and "params params.yaml a: 4 in ours, 3 in theirs" in said
    fine = fine and "fix: dvc repro one && git add dvc.lock" in said and "stage 'three'" in said and "stage 'two'" not in said
    yield "a stage that both ran is a conflict", "" if fine else said
    code, said = repository("""
        git checkout -q --theirs dvc.lock; dvc repro -q; git add -A; git commit -qm both; dvc status -q""")
    yield "one side is taken, and the stage is run", "" if code == 0 else said
    yield from directories(repository)


def directories(repository: Repository) -> Iterator[tuple[str, str]]:
    """DVC's own driver does what guard says that it does."""
    code, said = repository("""
        git checkout -qb files; echo y > data/y; dvc add -q data; git commit -qam files
        git checkout -q main; echo z > data/z; dvc add -q data; git commit -qam more
        git merge files 2>&1 | tee ../said || :""")
    fine = "both sides changed output 'data'" in said and ".dir in ours" in said and "dvc git-hook merge-driver" in said
    yield "a directory that both changed is a conflict", "" if fine else said
    code, said = repository("""
        sh -euc "$(sed -n 's/.*fix: set/set/p' ../said)"; git add data.dvc; git commit -qm directories
        dvc checkout -q; dvc status -q; ls data | tr '\\n' ' '; ls -A | grep merge_file || :""")
    yield "what guard names merges the directories", "" if (code, said) == (0, "x y z ") else f"{code}: {said}"
    code, said = repository('"$GUARD" uninstall; git config --get-regexp "^merge[.]" || echo gone')
    yield "uninstall takes the driver out", "" if said.endswith("gone\n") else said
