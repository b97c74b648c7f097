"""A package for Debian and what descends from it. The same inputs give the same bytes."""

import datetime
import email.utils
import gzip
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import licences
import share
from program import NAME, SUMMARY, Program

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
DESCRIPTION = """Before each commit guard reads what Git is about to commit, and stops it when
dvc.lock or a .dvc file does not match the code, the commands, the parameters
and the data that are committed with it. After each commit it writes down what
the commit is, as a Git note and, where there is a server, as a run of MLflow.
.
It runs neither Python nor DVC and needs no data. The same policy judges pull
requests in CI, and pushes on a Git server."""


def build(guard: Path, folder: Path) -> Path:
    """Writes the package, and gives its path."""
    program = Program.of(guard)
    moment = share.moment()
    architecture = ARCHITECTURES[program.machine]
    version = f"{program.version}-1"
    maintainer = email.utils.formataddr((os.environ.get("DEBFULLNAME", "The maintainers of guard"), os.environ.get("DEBEMAIL", "maintainers@guard.invalid")))
    documents = f"usr/share/doc/{NAME}"
    files = dict(_placed(name, contents) for name, contents in share.files(guard).items())
    files |= {
        f"{documents}/copyright": _copyright().encode(),
        f"{documents}/changelog.gz": _compressed((share.SOURCES / "CHANGELOG.md").read_bytes()),
        f"{documents}/changelog.Debian.gz": _compressed(_changes(version, maintainer, moment).encode()),
        "usr/bin/guard": program.contents,
    }
    control = {
        "Package": NAME, "Version": version, "Architecture": architecture, "Maintainer": maintainer,
        "Installed-Size": str(sum(len(contents) + 1023 for contents in files.values()) // 1024),
        "Depends": f"libc6 (>= {program.glibc[0]}.{program.glibc[1]}), git",
        # To reach remotes and servers; keys and signatures.
        "Recommends": "libcurl4 | libcurl3-gnutls, ca-certificates, openssh-client",
        # Another program of this name.
        "Conflicts": "ruby-guard",
        "Section": "vcs", "Priority": "optional",
        "Description": "\n ".join([SUMMARY, *DESCRIPTION.splitlines()]),
    }
    sums = "".join(f"{hashlib.md5(contents, usedforsecurity=False).hexdigest()}  {name}\n" for name, contents in sorted(files.items()))
    package = folder / f"{NAME}_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as root:
        _write(Path(root), files | {
            "DEBIAN/control": "".join(f"{key}: {value}\n" for key, value in control.items()).encode(),
            "DEBIAN/md5sums": sums.encode(),
        })
        # Threads would cut the archive by their number.
        subprocess.run(["dpkg-deb", "--root-owner-group", "--threads-max=1", "-Zxz", "-z1", "--build", root, package],
                       check=True, stdout=subprocess.DEVNULL, env=os.environ | {"SOURCE_DATE_EPOCH": str(moment)})
    return package


def _placed(name: str, contents: bytes) -> tuple[str, bytes]:
    """Where Debian has a file, and how: pages are compressed, and zsh looks elsewhere for what packages bring."""
    if "/man/" in name:
        return f"usr/{name}.gz", _compressed(contents)
    return f"usr/{name}".replace("/zsh/site-functions/", "/zsh/vendor-completions/"), contents


def _write(root: Path, files: dict[str, bytes]) -> None:
    root.chmod(0o755)
    for name, contents in files.items():
        path = root / name
        for folder in reversed(path.relative_to(root).parents[:-1]):
            (root / folder).mkdir(exist_ok=True)
            (root / folder).chmod(0o755)
        path.write_bytes(contents)
        path.chmod(0o755 if name == "usr/bin/guard" else 0o644)


def _compressed(contents: bytes) -> bytes:
    return gzip.compress(contents, 9, mtime=0)


def _copyright() -> str:
    texts = licences.parts()
    listed = "".join(f"  {name}\n" for name in texts)
    head = f"{licences.INTRODUCTION}\n{listed}\nOn Debian systems the Apache License, Version 2.0, is /usr/share/common-licenses/Apache-2.0.\n"
    # The Apache License itself is on every Debian system; what is added to it is not.
    kept = {name: text[max(text.find("## Runtime Library Exception"), 0):].strip() for name, text in texts.items()}
    return head + "".join(f"\n\n===== {name} =====\n\n{text}\n" for name, text in kept.items())


def _changes(version: str, maintainer: str, moment: int) -> str:
    date = email.utils.format_datetime(datetime.datetime.fromtimestamp(moment, datetime.timezone.utc))
    return f"{NAME} ({version}) unstable; urgency=medium\n\n  * What is new is in changelog.gz.\n\n -- {maintainer}  {date}\n"
