"""The Debian package and the wheel, installed where there is nothing else, and used there."""

import email
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import story
from clean_root import CleanRoot
from scene import SOURCES, Outcome, Scene, guard


def all_of(place: Path) -> Iterator[tuple[str, str]]:
    """Both packages."""
    place.mkdir()
    packages = {}
    for kind in ("deb", "wheel"):
        packages[kind] = _made(kind, place / "one", {"TZ": "UTC"})
        again = _made(kind, place / "two", {"TZ": "Asia/Tokyo", "LC_ALL": "C"}, umask=0o077)
        yield f"{kind}: the same bytes", "" if packages[kind].read_bytes() == again.read_bytes() and packages[kind].name == again.name else "they differ"
    refused = subprocess.run([sys.executable, SOURCES / "packaging", "wheel", "--guard", "/usr/bin/git", place], check=False, text=True, capture_output=True)
    yield "a program that needs libraries is not packaged", "" if refused.returncode == 1 and "build it with make build" in refused.stderr else f"{refused}"
    yield from by_make(place / "prefix")
    repository = story.repository(place / "made")
    yield from of_deb(packages["deb"])
    yield from of_wheel(packages["wheel"])
    yield from in_environment(place / "environment", packages["wheel"], repository)
    fields = email.message_from_string(_said("dpkg-deb", "--field", str(packages["deb"])))
    needed = [part.split()[0] for part in fields["Depends"].split(", ")]
    try:
        root = CleanRoot(place / "root", needed)
    except OSError as error:
        print(f"packages: no clean root, so an unpacked package in place of an installed one: {error}")
        yield from unpacked(place / "unpacked", packages["deb"], repository)
        return
    yield from in_root(root, packages, repository)


def by_make(prefix: Path) -> Iterator[tuple[str, str]]:
    """`make install` and `make uninstall`. `-o` takes what is built for built."""
    made = ["make", "-s", "-C", str(SOURCES), "-o", "build", f"GUARD={guard()}", f"PREFIX={prefix}"]
    subprocess.run([*made, "install"], check=True)
    files = {str(file.relative_to(prefix)) for file in prefix.rglob("*") if file.is_file()}
    wanted = {"bin/guard", "share/man/man1/guard.1", "share/bash-completion/completions/guard", "share/zsh/site-functions/_guard", "share/fish/vendor_completions.d/guard.fish"}
    yield "make install", f"{wanted - files}" if wanted - files else ""
    subprocess.run([*made, "uninstall"], check=True)
    yield "make uninstall", "".join(f"{file} " for file in prefix.rglob("*") if file.is_file())


def of_deb(package: Path) -> Iterator[tuple[str, str]]:
    """What is in the Debian package."""
    listed = _said("dpkg-deb", "--contents", str(package))
    modes = {line.split()[0] for line in listed.splitlines()}
    yield "deb: nobody but root can write", "" if modes == {"drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--"} else f"{modes}"
    yield "deb: all is root's", "".join(line for line in listed.splitlines() if " root/root " not in line)
    files = {line.split()[5].removeprefix("./") for line in listed.splitlines() if line.startswith("-")}
    documents = {f"usr/share/doc/dvc-guard/{name}" for name in ("copyright", "changelog.gz", "changelog.Debian.gz")}
    wanted = documents | {"usr/bin/guard", "usr/share/man/man1/guard.1.gz", "usr/share/man/man1/guard-check.1.gz", "usr/share/bash-completion/completions/guard",
                          "usr/share/zsh/vendor-completions/_guard", "usr/share/fish/vendor_completions.d/guard.fish"}
    yield "deb: its files", f"{wanted - files}" if wanted - files else ""
    archive = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], check=True, stdout=subprocess.PIPE).stdout
    notice = subprocess.run(["tar", "-xO", "./usr/share/doc/dvc-guard/copyright"], check=True, input=archive, stdout=subprocess.PIPE).stdout.decode()
    yield from of_licences("deb", notice)
    if shutil.which("lintian"):
        # The libraries are linked into the program on purpose; no bug of Debian's asked for the package.
        said = subprocess.run(["lintian", "--allow-root", "--suppress-tags", "embedded-library,initial-upload-closes-no-bugs", package],
                              check=False, text=True, stdout=subprocess.PIPE).stdout
        yield "deb: lintian", said


def of_licences(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Every library that is linked in has its licence told."""
    for library, words in (
        ("libgit2", "linking exception"), ("libssl", "Apache-2.0"), ("libsqlite3", "public domain"), ("libexpat1", "Permission is hereby granted"), ("libmbedtls", "Mbed TLS"),
        ("libhttp-parser", "Joyent"), ("libpcre2", "University of Cambridge"), ("zlib1g", "Jean-loup Gailly"), ("libstdc++", "GCC Runtime Library Exception"),
        ("Swift", "Runtime Library Exception"), ("swift-argument-parser", "Runtime Library Exception"),
    ):
        yield f"{name}: the licence of {library}", "" if library in text and words.lower() in re.sub(r"\s+", " ", text).lower() else "it is missing"


def of_wheel(wheel: Path) -> Iterator[tuple[str, str]]:
    """What is in the wheel: what RECORD lists, and nothing else; a tag that the program keeps."""
    with zipfile.ZipFile(wheel) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    (record,) = [name for name in contents if name.endswith(".dist-info/RECORD")]
    listed = dict(line.split(",", 1) for line in contents[record].decode().splitlines())
    made = {name: f"sha256={urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}" for name, data in contents.items()} | {record: ","}
    yield "wheel: RECORD", "" if listed == made else f"{listed.items() ^ made.items()}"
    metadata = email.message_from_bytes(contents[record.replace("RECORD", "METADATA")])
    notices = {name.partition("/licenses/")[2] for name in contents if "/licenses/" in name}
    yield "wheel: its licences are listed", "" if notices == set(metadata.get_all("License-File")) else f"{notices}"
    yield from of_licences("wheel", "\n".join(f"{name}\n{data.decode(errors='replace')}" for name, data in contents.items() if "/licenses/" in name))
    named = re.search(r"manylinux_(\d+)_(\d+)_x86_64\.whl$", wheel.name)
    (program,) = [data for name, data in contents.items() if name.endswith("/scripts/guard")]
    needed = {tuple(map(int, version)) for version in re.findall(rb"GLIBC_(\d+)\.(\d+)", program)}
    yield "wheel: the glibc of its tag", "" if named and tuple(map(int, named.groups())) == max(needed) else f"{wheel.name}: {max(needed)}"


def in_environment(place: Path, wheel: Path, repository: Path) -> Iterator[tuple[str, str]]:
    """In an empty environment of Python, without Swift, and with a libgit2 that nobody can load."""
    scene = Scene(place)
    shutil.rmtree(scene.root)
    shutil.copytree(repository, scene.root, symlinks=True)
    tools, hidden = place / "tools", place / "hidden"
    tools.mkdir()
    hidden.mkdir()
    for tool in [*Path("/usr/bin").iterdir(), *Path("/bin").iterdir()]:
        if not re.match(r"swift|clang|ld|gcc|cc\b|guard", tool.name) and not (tools / tool.name).is_symlink():
            (tools / tool.name).symlink_to(tool)
    for library in ("libgit2.so.1.5", "libgit2.so.1.7", "libgit2.so.1.9", "libhttp_parser.so.2.9", "libmbedcrypto.so.7"):
        (hidden / library).write_text("no library")
    scene.environment |= {"PATH": f"{place}/venv/bin:{tools}", "LD_LIBRARY_PATH": str(hidden)}
    scene.made(f"/usr/bin/python3 -m venv {place}/venv; pip install -q --disable-pip-version-check --no-index {wheel}")
    yield "wheel: there is no Swift", "it is found" if scene.sh("command -v swift").code == 0 else ""
    yield "wheel: guard is that of the environment", "" if scene.made("command -v guard") == f"{place}/venv/bin/guard" else scene.made("command -v guard")
    yield from story.told("wheel", scene.sh)
    pages = scene.made(f"ls {place}/venv/share/man/man1 {place}/venv/share/bash-completion/completions")
    yield "wheel: pages and completions", "" if "guard-check.1" in pages and re.search(r"^guard$", pages, re.M) else pages
    scene.made("pip uninstall -q -y dvc-guard")
    left = scene.made(f"find {place}/venv -iname '*guard*' -not -path '*/site-packages/pip/*'")
    yield "wheel: taken out again", left


def in_root(root: CleanRoot, packages: dict[str, Path], repository: Path) -> Iterator[tuple[str, str]]:
    """In a Debian that has nothing but what the package says it needs."""
    found = root.run("find / -xdev '(' -name 'libgit2*' -o -name 'swift*' -o -name 'libswift*' ')' -not -path '/proc/*'").said
    yield "deb: neither Swift nor libgit2 is there", found
    shutil.copy(packages["deb"], root.folder / "guard.deb")
    outcome = root.run("dpkg --install /guard.deb && dpkg --audit && dpkg --verify dvc-guard && cmp /usr/bin/guard \"$(command -v guard)\"")
    yield "deb: installed", "" if outcome.code == 0 else f"{outcome}"

    def running(folder: str, line: str) -> Outcome:
        return root.run(f"cd /root/{folder}; {line}")

    shutil.copytree(repository, root.folder / "root/deb", symlinks=True)
    yield from story.told("deb", lambda line: running("deb", line))
    root.run("dpkg --purge dvc-guard; rm /guard.deb")
    left = root.run("find / -xdev '(' -name 'guard*' -o -name '*dvc-guard*' ')' -not -path '/proc/*' -not -path '/root/*'")
    yield "deb: taken out again", left.said
    # pip of this machine puts the wheel there: the program needs no Python.
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--no-deps", "--ignore-installed",
                    "--prefix", root.folder / "opt/guard", packages["wheel"]], check=True)
    shutil.copytree(repository, root.folder / "root/wheel", symlinks=True)
    yield "wheel: guard in a clean root", "" if root.run("command -v guard").said.strip() == "/opt/guard/bin/guard" else "not found"
    yield from story.told("wheel in a clean root", lambda line: running("wheel", line))


def unpacked(place: Path, package: Path, repository: Path) -> Iterator[tuple[str, str]]:
    """Where no clean root can be made: the package unpacked."""
    scene = Scene(place)
    shutil.rmtree(scene.root)
    shutil.copytree(repository, scene.root, symlinks=True)
    scene.made(f"dpkg-deb --extract {package} {place}/root")
    scene.environment["PATH"] = f"{place}/root/usr/bin:/usr/bin:/bin"
    yield from story.told("deb, unpacked", scene.sh)


def _made(kind: str, folder: Path, more: dict[str, str], umask: int = 0o022) -> Path:
    made = subprocess.run([sys.executable, SOURCES / "packaging", kind, "--guard", guard(), folder], check=True, text=True, stdout=subprocess.PIPE, cwd="/",
                          env=os.environ | more, umask=umask).stdout
    return Path(made.strip())


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
