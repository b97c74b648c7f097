"""A small Debian in a folder of its own, with nothing in it but what packages need."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from scene import SOURCES, Outcome

# Kept, as `make clean` takes it away: nothing in it is of this version of guard.
ARCHIVE = SOURCES / ".build/clean-root.tar"


class CleanRoot:
    """The folder, and what is run in it."""

    def __init__(self, folder: Path, packages: list[str]) -> None:
        """Makes it, with these packages and what they depend on.

        Raises OSError when that cannot be done here.
        """
        if os.geteuid() != 0 or not shutil.which("mmdebstrap"):
            raise OSError("only root can, with mmdebstrap")
        names = "-".join(sorted(packages))
        archive = ARCHIVE.with_name(f"clean-root-{names}.tar")
        if not archive.exists():
            source, suite = _source()
            part = archive.with_suffix(".part")
            done = subprocess.run(
                ["mmdebstrap", "--quiet", "--mode=root", "--format=tar", "--variant=essential", f"--include={','.join(packages)}", "--skip=cleanup/reproducible",
                 '--aptopt=Acquire::Languages "none"', "--dpkgopt=path-exclude=/usr/share/locale/*", "--dpkgopt=force-unsafe-io", suite, part, source],
                check=False, text=True, capture_output=True, env=os.environ | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": str(folder.parent)})
            if done.returncode != 0:
                raise OSError(f"mmdebstrap: {done.stderr.strip()[-500:]}")
            part.rename(archive)
        folder.mkdir(parents=True)
        subprocess.run(["tar", "-xf", archive, "-C", folder, "--numeric-owner"], check=True)
        self.folder = folder
        if self.run("true").code != 0:
            raise OSError(f"chroot: {self.run('true').said}")

    def run(self, script: str) -> Outcome:
        """Runs a script in it, with a /proc that goes away with it."""
        inside = ["chroot", self.folder, "/usr/bin/env", "-i", "PATH=/opt/guard/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "bash", "-eu", "-c", script]
        done = subprocess.run(["unshare", "--mount", "--pid", "--fork", f"--mount-proc={self.folder}/proc", "--", *inside],
                              text=True, errors="replace", check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return Outcome(done.returncode, done.stdout)


def _source() -> tuple[str, str]:
    """Where this machine takes its own packages from, and the release that it is."""
    suite = re.search(r"^VERSION_CODENAME=(.+)$", Path("/etc/os-release").read_text(), re.M)
    lists = [*Path("/etc/apt").glob("sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.*"))]
    told = "\n".join(file.read_text() for file in lists if file.suffix in (".list", ".sources"))
    place = re.search(r"^(?:URIs: *|deb +(?:\[[^\]]*\] +)?)(\S+)", told, re.M)
    if not suite or not place:
        raise OSError("where this system takes its packages from is not known")
    return f"deb {place.group(1)} {suite.group(1)} main", suite.group(1)
