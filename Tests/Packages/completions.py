"""What bash, zsh and fish offer behind `guard`, asked of the real shells as somebody at a keyboard asks them."""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import termios
import time
from collections.abc import Iterator
from pathlib import Path

from scene import Scene, guard

# Branches that came with a clone: a shell that expands what it is offered would run them.
HOSTILE = ["$(touch${IFS}pwned)", "`touch${IFS}pwned`", "a;touch${IFS}pwned", "a'b", 'a"b']

# What is typed, what has to be offered, and what must not be.
QUESTIONS: list[tuple[str, list[str], list[str]]] = [
    ("guard ch", ["check"], ["ci"]),
    ("guard check --st", ["--staged", "--strict"], ["--range"]),
    ("guard check --format ", ["text", "sarif", "junit"], ["lock/params"]),
    ("guard explain lock/p", ["lock/params"], ["lock/deps", "main"]),
    ("guard check --only data/", ["data/in-git", "data/large-file"], ["lock/params"]),
    ("guard check --only lock/params,lock/d", ["lock/params,lock/deps"], ["lock/params,lock/params"]),
    ("guard check --rev fea", ["feature/one"], ["main"]),
    ("guard show v", ["v1.0"], ["main"]),
    ("guard check --range v1.0..fea", ["v1.0..feature/one"], ["main"]),
    ("guard log main...v", ["main...v1.0"], ["main...main"]),
    ("guard status t", ["train"], ["data.csv"]),
    ("guard status da", ["data.csv", "data.csv.dvc"], ["train"]),
    ("guard -C sub status pr", ["prepare"], ["publish", "train"]),
    ("guard -C 'my sub' status pr", ["prepare"], ["publish", "train"]),
    ("guard -C my\\ sub status pr", ["prepare"], ["publish", "train"]),
    ("guard -C ~/there status pr", ["prepare"], ["publish", "train"]),
    ("guard status sub/dvc.yaml:pr", ["sub/dvc.yaml:prepare"], ["sub/dvc.yaml:publish", "train"]),
    ("guard push -r ", ["hub", "backup"], ["origin"]),
    ("guard status --cloud --remote h", ["hub"], ["backup"]),
    ("guard sync --remote ", ["origin"], ["hub"]),
    ("guard install --hook pre-", ["pre-commit", "pre-push"], ["post-commit"]),
    ("guard -C ", ["sub"], ["params.yaml"]),
    ("guard check --config poli", ["policy.yml"], ["policy.txt"]),
]

# The line between marks that the text of the command does not have, which is echoed.
SHOW = r'printf "\074<<%s>>\076"'


class Terminal:
    """A shell at a terminal of its own, which prints the line that is being written when it is asked to."""

    def __init__(self, scene: Scene, command: list[str], setting: str, every: str) -> None:
        self.every = every.encode()
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.chdir(scene.root)
            os.execvpe(command[0], command, scene.environment | {"TERM": "dumb", "PS1": "", "HISTFILE": "/dev/null"})
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 4000, 0, 0))
        os.write(self.file, setting.encode() + b"\n")
        self.line()

    def line(self) -> str:
        """The line as it stands now; the answer is waited for, as nobody knows how long a shell takes to start."""
        os.write(self.file, b"\x18p")
        said = b""
        while not (found := re.search(rb"<<<(.*?)>>>", said, re.S)):
            if not select.select([self.file], [], [], 60)[0]:
                raise RuntimeError(f"the shell does not answer: {said!r}")
            said += os.read(self.file, 65536)
        return found.group(1).decode(errors="replace")

    def offered(self, typed: str) -> list[str]:
        """All that is offered for the last word."""
        os.write(self.file, typed.encode() + self.every)
        line = self.line()
        os.write(self.file, b"\x15")
        kept = typed[: typed.rindex(" ") + 1]
        words = line[len(kept):] if line.startswith(kept) else line
        # A colon is a word of its own to bash: what it completes stands behind the first part.
        head = typed[len(kept):].rpartition(":")
        words = [word.rstrip("/") for word in words.replace("\\", "").split()]
        return [word if not head[1] or word.startswith(head[0]) else head[0] + ":" + word for word in words]

    def end(self) -> None:
        """Ends the shell."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.file)


def all_of(place: Path) -> Iterator[tuple[str, str]]:
    """The same questions to each shell."""
    scene = Scene(place, f"{place}/bin:/usr/bin:/bin")
    (place / "bin").mkdir()
    (place / "bin/guard").symlink_to(guard())
    scene.build()
    scene.made("git branch feature/one; git tag v1.0; git remote add origin /nowhere; touch policy.yml policy.txt; cp -r sub 'my sub'; ln -s \"$PWD/sub\" ~/there")
    for number, name in enumerate(HOSTILE):
        # `git branch` in a script would have to quote what is to stay as it is.
        (scene.root / f".git/refs/heads/{name}").write_text(scene.made("git rev-parse main") + "\n")
        assert name in scene.made("git for-each-ref --format='%(refname:short)'"), number
    scripts = {shell: scene.made(f"guard --generate-completion-script {shell}") for shell in ("bash", "zsh", "fish")}
    for name, file in (("bash", "guard"), ("zsh", "_guard"), ("fish", "guard.fish")):
        (place / name).mkdir()
        (place / name / file).write_text(scripts[name] + "\n")
    shells = {
        "bash": lambda: Terminal(scene, ["bash", "--norc", "--noprofile", "-i"],
                                 "bind 'set completion-query-items 0'; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; "
                                 f"source {place}/bash/guard; "
                                 f"""bind -x '"\\C-xp": {SHOW} "$READLINE_LINE"'""", "\x1b*"),
        "zsh": lambda: Terminal(scene, ["zsh", "-f", "-i"],
                                f"fpath=({place}/zsh $fpath); autoload -Uz compinit; compinit -u -D; zle -C every complete-word _generic; "
                                "zstyle ':completion:every:*' insert yes; zstyle ':completion:every::::' completer _all_matches _complete; "
                                f"show() {{ {SHOW} \"$BUFFER\" }}; zle -N show; bindkey '^Xa' every; bindkey '^Xp' show; bindkey '^U' kill-whole-line",
                                "\x18a"),
        "fish": lambda: Terminal(scene, ["fish", "--no-config", "-i"],
                                 f"source {place}/fish/guard.fish; function fish_prompt; end; "
                                 rf"""bind \cxp '{SHOW} (echo (complete -C (commandline) | string replace -r "\t.*" ""))'; bind \cu kill-whole-line""", ""),
    }
    for name, opened in shells.items():
        if not shutil.which(name):
            print(f"packages: skipped: {name} is not here")
            continue
        shell = opened()
        try:
            for typed, wanted, unwanted in QUESTIONS:
                offered = shell.offered(typed)
                fine = set(wanted) <= set(offered) and not set(unwanted) & set(offered)
                yield f"{name}: {typed}", "" if fine else f"offered {offered}"
            for question in ("guard show ", "guard check --rev ", "guard log main.."):
                offered = shell.offered(question)
                fine = any("feature/one" in word for word in offered) and not any("touch" in word for word in offered)
                yield f"{name}: {question}: a branch runs nothing", "" if fine and not list(place.rglob("pwned")) else f"{offered}"
        finally:
            shell.end()

