"""The program as it is packaged, and what a system must have to run it."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

NAME = "dvc-guard"
SUMMARY = "Git hooks and a commit policy for repositories that use DVC and MLflow"


@dataclass(frozen=True)
class Program:
    """The binary without symbols, its version, and the oldest glibc that it runs on."""

    contents: bytes
    version: str
    glibc: tuple[int, int]
    machine: str

    @staticmethod
    def of(guard: Path) -> "Program":
        """Takes a binary that was built for release."""
        with tempfile.TemporaryDirectory() as folder:
            stripped = Path(folder) / "guard"
            subprocess.run(["strip", "--strip-all", "-o", stripped, guard], check=True)
            contents = stripped.read_bytes()
            needed = re.findall(r"NEEDED.*\[(.*)\]", _read(stripped, "-d"))
            foreign = [name for name in needed if not re.match(r"(libc|libm|ld-linux.*)\.so\.\d+$", name)]
            if foreign:
                raise SystemExit(f"packaging: {guard} needs {', '.join(foreign)}: build it with make build")
            symbols = _read(stripped, "-V")
            versions = {(int(major), int(minor)) for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", symbols)}
            if "GLIBC_ABI_DT_RELR" in symbols:
                # Relocations in the packed form: glibc 2.36 reads them first.
                versions.add((2, 36))
            said = subprocess.run([stripped, "--version"], check=True, text=True, stdout=subprocess.PIPE).stdout
            machine = re.search(r"Machine: +(.*)", _read(stripped, "-h"))
        names = {"Advanced Micro Devices X86-64": "x86_64", "AArch64": "aarch64"}
        if not machine or machine.group(1) not in names:
            raise SystemExit(f"packaging: {guard} is for a machine that there is no name for")
        return Program(contents, said.split()[-1], max(versions), names[machine.group(1)])


def _read(file: Path, option: str) -> str:
    return subprocess.run(["readelf", "-W", option, file], check=True, text=True, stdout=subprocess.PIPE, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout
