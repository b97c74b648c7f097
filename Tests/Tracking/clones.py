"""Clones of repositories whose commits' runs the real guard brings to a store."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from samples import TIME, Sample
from stores import Store

SECONDS = 300


@dataclass(frozen=True)
class Said:
    """What a command ended with, and its words."""

    code: int
    words: str

    def __contains__(self, words: str) -> bool:
        return words in self.words

    def __str__(self) -> str:
        return f"{self.words}exit code {self.code}"


def binary() -> Path:
    """The guard under test: what `GUARD` names, or the release build."""
    return Path(os.environ.get("GUARD") or ".build/release/guard").resolve()


@dataclass(frozen=True)
class Clone:
    """A work tree, and where guard is told to bring its runs."""

    place: Path
    store: Store
    experiment: str
    # When its commits are made; empty for now.
    moment: str = f"{TIME // 1000} +0000"
    more: dict[str, str] = field(default_factory=dict)

    @classmethod
    def made(cls, place: Path, store: Store, experiment: str, moment: str = moment) -> "Clone":
        """A repository of DVC's without a commit, and beside it a bare one that it is pushed to."""
        clone = cls(place, store, experiment, moment)
        place.mkdir(parents=True)
        bare = place.with_name(f"{place.name}.git")
        clone.git("init", "-q", "--bare", "-b", "main", str(bare))
        clone.git("init", "-q", "-b", "main")
        clone.git("remote", "add", "origin", str(bare))
        # MLflow puts the files of a store without a server there.
        clone.write({".dvc/config": b"", ".dvc/.gitignore": b"/tmp\n/cache\n", ".git/info/exclude": b"/mlruns\n"})
        return clone

    def again(self, name: str) -> "Clone":
        """Another clone of what was pushed. Records are not cloned with it: it makes them itself. Nor does it ask for
        links: it finds at the store alone what was brought there.
        """
        other = Clone(self.place.with_name(name), self.store, self.experiment, self.moment)
        self.git("clone", "-q", str(self.place.with_name(f"{self.place.name}.git")), str(other.place))
        other.git("remote", "remove", "origin")
        other.record()
        return other

    def write(self, files: dict[str, bytes]) -> None:
        """Writes files of the work tree."""
        for name, content in files.items():
            file = self.place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def commit(self, files: dict[str, bytes] | Sample, message: str = "a commit") -> str:
        """Commits what is changed, and some files, or a sample and nothing else; its name. No hook runs."""
        if isinstance(files, Sample):
            self.git("rm", "-rqf", "--ignore-unmatch", "--", ".", ":!.dvc")
            files, message = files.files, files.word
        self.write(files)
        self.git("add", "-A")
        self.git("-c", "core.hooksPath=/nonexistent", "commit", "-q", "--allow-empty", "-m", message)
        return self.head()

    def commit_recorded(self, *samples: Sample) -> list[str]:
        """A commit for each sample, with its record, pushed."""
        commits = [self.commit(sample) for sample in samples]
        self.record()
        self.git("push", "-q", "--no-verify", "origin", "HEAD:main")
        return commits

    def record(self) -> None:
        """Writes all records. Nothing is brought anywhere by it."""
        self._run([str(binary()), "record", "--backfill", "-q"], self.environment | {"MLFLOW_TRACKING_URI": ""}, check=True)

    def head(self) -> str:
        """The name of the commit that is checked out."""
        return self.git("rev-parse", "HEAD").strip()

    def note(self, commit: str, ref: str = "runs") -> str:
        """What is kept of a commit; nothing is an empty text."""
        return self._run(["git", "notes", f"--ref=guard/{ref}", "show", commit], self.environment).stdout

    def state(self, commit: str) -> str:
        """Why a commit waits, as guard keeps it; empty when it does not."""
        file = self.place / ".git/guard/spool" / commit
        return file.read_text() if file.exists() else ""

    def git(self, *words: str) -> str:
        """What git prints."""
        return self._run(["git", *words], self.environment, check=True).stdout

    def guard(self, *words: str, **environment: str) -> Said:
        """What guard says."""
        done = self._run([str(binary()), *words], self.environment | environment)
        return Said(done.returncode, done.stdout + done.stderr)

    def sync(self, *words: str, **environment: str) -> Said:
        """Brings what waits to the store; with `--all` every commit that has no run."""
        return self.guard("sync", *words, **environment)

    def start(self, *words: str) -> subprocess.Popen:
        """A `guard sync` that runs."""
        return subprocess.Popen(
            [str(binary()), "sync", *words], env=self.environment, cwd=self.place, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """What the environment of these tests says of MLflow is not guard's business."""
        theirs = ("MLFLOW_", "AWS_", "VIRTUAL_ENV", "GUARD", "GIT_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        given = {
            "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "SWIFT_BACKTRACE": "enable=no",
            "PATH": f"{binary().parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
            "MLFLOW_TRACKING_URI": self.store.uri, "MLFLOW_EXPERIMENT_NAME": self.experiment, "MLFLOW_DISABLE_TELEMETRY": "true",
        }  # fmt: skip
        for role in ("AUTHOR", "COMMITTER"):
            given |= {f"GIT_{role}_NAME": "A Person", f"GIT_{role}_EMAIL": "person@example.org"}
            given |= {f"GIT_{role}_DATE": self.moment} if self.moment else {}
        return kept | given | self.store.login | self.more

    def _run(self, command: list[str], environment: dict[str, str], check: bool = False) -> subprocess.CompletedProcess:
        done = subprocess.run(
            command, env=environment, cwd=self.place, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
        )
        if check and done.returncode:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
        return done
