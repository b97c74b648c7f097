"""A wheel that carries the program, so that pip installs it for people who have neither root nor a compiler. The same
inputs give the same bytes."""

import base64
import hashlib
import time
import zipfile
from pathlib import Path

import licences
import share
from program import NAME, SUMMARY, Program


def build(guard: Path, folder: Path) -> Path:
    """Writes the wheel, and gives its path."""
    program = Program.of(guard)
    stem = f"{NAME.replace('-', '_')}-{program.version}"
    # PEP 600: pip takes it where glibc is that old or newer.
    tag = f"py3-none-manylinux_{program.glibc[0]}_{program.glibc[1]}_{program.machine}"
    texts = licences.parts()
    notices = {"LICENSE": (share.SOURCES / "LICENSE").read_text(encoding="utf-8"), "NOTICE": licences.INTRODUCTION + "\n" + "".join(f"  {name}\n" for name in texts)}
    notices |= {f"parts/{name.split(',')[0].split()[0]}.txt": text for name, text in texts.items()}
    notices |= {f"common/{name}.txt": text for name, text in licences.common(texts).items()}
    readme = (share.SOURCES / "README.md").read_text(encoding="utf-8")
    metadata = [
        "Metadata-Version: 2.4", f"Name: {NAME}", f"Version: {program.version}", f"Summary: {SUMMARY}", "License-Expression: Apache-2.0",
        *(f"License-File: {name}" for name in sorted(notices)), "Keywords: git,hooks,dvc,mlflow", "Description-Content-Type: text/markdown",
    ]
    information = f"{stem}.dist-info"
    files = {f"{stem}.data/data/{name}": contents for name, contents in share.files(guard).items()}
    files |= {f"{information}/licenses/{name}": text.encode() for name, text in notices.items()}
    files |= {
        f"{stem}.data/scripts/guard": program.contents,
        f"{information}/METADATA": ("\n".join(metadata) + "\n\n" + readme).encode(),
        f"{information}/WHEEL": f"Wheel-Version: 1.0\nGenerator: guard\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
    }
    record = "".join(f"{name},sha256={_digest(contents)},{len(contents)}\n" for name, contents in sorted(files.items()))
    files[f"{information}/RECORD"] = f"{record}{information}/RECORD,,\n".encode()
    wheel = folder / f"{stem}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, contents in files.items():
            # No time before 1980 can be written.
            entry = zipfile.ZipInfo(name, max(time.gmtime(share.moment())[:6], (1980, 1, 1, 0, 0, 0)))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if name.endswith("/scripts/guard") else 0o100644) << 16
            archive.writestr(entry, contents)
    return wheel


def _digest(contents: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()
