"""What belongs beside the program below a prefix: completions of shells."""

import subprocess
from pathlib import Path

COMPLETIONS = {
    "bash": "share/bash-completion/completions/guard",
    "zsh": "share/zsh/site-functions/_guard",
    "fish": "share/fish/vendor_completions.d/guard.fish",
}


def files(guard: Path) -> dict[str, bytes]:
    """The files, by their paths below a prefix. All is made of what the program says of itself."""
    def said(*arguments: str) -> bytes:
        return subprocess.run([guard, *arguments], check=True, stdout=subprocess.PIPE).stdout

    return {path: said("--generate-completion-script", shell).rstrip() + b"\n" for shell, path in COMPLETIONS.items()}
