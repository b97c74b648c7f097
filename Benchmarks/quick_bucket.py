"""A bucket that costs next to nothing: nginx takes and gives objects as S3 does, beside it a program lists them.

moto needs longer for an upload or a page of a listing than who asks for it, so it does not show how they differ.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import processes
from processes import Missing
from kinds.web import PROGRAM
from remotes import Folder, Kind, Remote

CONFIGURATION = """
daemon off;
master_process off;
pid {base}/pid;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_max_body_size 0;
  client_body_temp_path {base}/body;
  proxy_temp_path {base}/other;
  fastcgi_temp_path {base}/other;
  uwsgi_temp_path {base}/other;
  scgi_temp_path {base}/other;
  default_type application/xml;
  server {{
    listen 127.0.0.1:{port};
    root {base}/files;
    location ~ ^/data/?$ {{
      proxy_pass http://127.0.0.1:{listing};
    }}
    location / {{
      dav_methods PUT;
      create_full_put_path on;
      if ($request_method = PUT) {{
        add_header ETag '"x"' always;
      }}
    }}
  }}
}}
"""


@contextlib.contextmanager
def running(base: Path) -> Iterator[Kind]:
    """The bucket, into which everybody is let."""
    if not os.access(PROGRAM, os.X_OK):
        raise Missing("nginx")
    files = base / "files"
    files.mkdir(parents=True)

    def lister(port: int) -> list[str]:
        return [sys.executable, str(Path(__file__).with_name("bucket_listing.py")), str(files / "data"), str(port)]

    def command(port: int) -> list[str]:
        (base / "nginx.conf").write_text(CONFIGURATION.format(base=base, port=port, listing=listing))
        return [str(PROGRAM), "-p", str(base), "-e", str(base / "error.log"), "-c", str(base / "nginx.conf")]

    with (
        processes.running(lister, base / "listing.log") as listing,
        processes.running(command, base / "log") as port,
    ):

        def remote(word: str) -> Remote:
            keys = {"url": f"s3://data/{word}", "endpointurl": f"http://127.0.0.1:{port}", "region": "us-east-1"}
            login = {"access_key_id": "any", "secret_access_key": "any"}
            return Remote(keys, Folder(files / "data" / word), login)

        yield Kind("S3 by nginx", remote)
