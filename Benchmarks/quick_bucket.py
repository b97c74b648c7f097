"""A bucket that costs next to nothing: nginx takes uploads as S3 does, and says that the bucket was empty.

moto needs longer for an upload than who uploads, so it does not show how they differ.
"""

import contextlib
import os
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
      return 200 '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>data</Name>\
<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';
    }}
    location / {{
      dav_methods PUT;
      create_full_put_path on;
      add_header ETag '"x"' always;
    }}
  }}
}}
"""


@contextlib.contextmanager
def running(base: Path) -> Iterator[Kind]:
    """The bucket, into which everybody is let."""
    if not os.access(PROGRAM, os.X_OK):
        raise Missing("nginx")
    base.mkdir()

    def command(port: int) -> list[str]:
        (base / "nginx.conf").write_text(CONFIGURATION.format(base=base, port=port))
        return [str(PROGRAM), "-p", str(base), "-e", str(base / "error.log"), "-c", str(base / "nginx.conf")]

    with processes.running(command, base / "log") as port:

        def remote(word: str) -> Remote:
            keys = {"url": f"s3://data/{word}", "endpointurl": f"http://127.0.0.1:{port}", "region": "us-east-1"}
            login = {"access_key_id": "any", "secret_access_key": "any"}
            return Remote(keys, Folder(base / "files/data" / word), login)

        yield Kind("S3 by nginx", remote)
