"""Answers `ListObjectsV2` for remotes in a folder, as fast as Python can: `python bucket_listing.py FOLDER PORT`."""

import bisect
import os
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = 1000
# Greater than what a name can go on with.
LAST = "\U0010ffff"


class Names:
    """The files of one remote in the order of their names, read again once a directory has changed."""

    def __init__(self, root: Path, remote: str):
        self.root, self.remote = root, remote
        self.times: dict[str, int] = {"": -1}
        self.names: list[str] = []
        self.rows: list[bytes] = []

    def refresh(self) -> None:
        if all(_time(folder) == time for folder, time in self.times.items()):
            return
        self.times = {str(self.root / self.remote): _time(str(self.root / self.remote))}
        found = {}
        for folder, _, files in os.walk(self.root / self.remote):
            self.times[folder] = _time(folder)
            for file in files:
                path = Path(folder) / file
                found[path.relative_to(self.root).as_posix()] = path.stat()
        self.names = sorted(found)
        self.rows = [_row(name, found[name]) for name in self.names]

    def page(self, prefix: str, after: str, most: int) -> bytes:
        """Objects below a prefix, after a name."""
        start = max(bisect.bisect_left(self.names, prefix), bisect.bisect_right(self.names, after))
        end = bisect.bisect_left(self.names, prefix + LAST)
        stop = min(end, start + most)
        return _document(self.rows[start:stop], self.names[stop - 1] if start < stop < end else None)

    def level(self, prefix: str, after: str, most: int) -> bytes:
        """Objects and folders right below a prefix, after a name."""
        rows, place = [], max(bisect.bisect_left(self.names, prefix), bisect.bisect_right(self.names, after))
        while place < len(self.names) and self.names[place].startswith(prefix) and len(rows) < most:
            head, slash, _ = self.names[place][len(prefix) :].partition("/")
            if slash:
                rows.append(f"<CommonPrefixes><Prefix>{prefix}{head}/</Prefix></CommonPrefixes>".encode())
                place = bisect.bisect_left(self.names, f"{prefix}{head}/{LAST}")
            else:
                rows.append(self.rows[place])
                place += 1
        is_open = place < len(self.names) and self.names[place].startswith(prefix)
        return _document(rows, self.names[place - 1] if is_open else None)


def _time(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except FileNotFoundError:
        return 0


def _row(name: str, state: os.stat_result) -> bytes:
    # The tag is nginx's own: who reads the object asks for it.
    tag = f"{int(state.st_mtime):x}-{state.st_size:x}"
    return (
        f"<Contents><Key>{name}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        f"<ETag>&quot;{tag}&quot;</ETag><Size>{state.st_size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
    ).encode()


def _document(rows: list[bytes], last: str | None) -> bytes:
    more = f"<NextContinuationToken>{last}</NextContinuationToken>" if last else ""
    head = (
        '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>data</Name>'
        f"<KeyCount>{len(rows)}</KeyCount><IsTruncated>{'true' if more else 'false'}</IsTruncated>{more}"
    )
    return head.encode() + b"".join(rows) + b"</ListBucketResult>"


class Handler(BaseHTTPRequestHandler):
    """One question, one page."""

    protocol_version = "HTTP/1.1"
    # An answer is one packet, and does not wait for a word about the one before.
    wbufsize = -1
    disable_nagle_algorithm = True
    root: Path
    remotes: dict[str, Names] = {}

    def do_GET(self) -> None:
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        remote = query["prefix"].partition("/")[0]
        names = self.remotes.setdefault(remote, Names(self.root, remote))
        names.refresh()
        ask = names.level if query.get("delimiter") == "/" else names.page
        after = query.get("continuation-token") or query.get("start-after", "")
        body = ask(query["prefix"], after, min(PAGE, int(query.get("max-keys", PAGE))))
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """What is answered well is not told."""


class Server(ThreadingHTTPServer):
    """Lets many knock at once: who is turned away tries again after a second."""

    request_queue_size = 128


if __name__ == "__main__":
    Handler.root = Path(sys.argv[1])
    Server(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
