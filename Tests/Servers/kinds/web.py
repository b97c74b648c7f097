"""nginx: plain uploads (HTTP remotes) and WebDAV, each with several logins, over HTTP and over TLS."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import processes
from authority import Authority
from processes import Missing
from remotes import Folder, Kind, Remote

PROGRAM = Path("/usr/sbin/nginx")
MODULE = Path("/usr/lib/nginx/modules/ngx_http_dav_ext_module.so")
PASSWORD = "p ss%40&x"
TOKEN = "dG9rZW4.to-ken_~"

CONFIGURATION = """
daemon off;
master_process off;
pid {base}/pid;
error_log {base}/error.log;
load_module {module};
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_max_body_size 0;
  client_body_temp_path {base}/body;
  proxy_temp_path {base}/other;
  fastcgi_temp_path {base}/other;
  uwsgi_temp_path {base}/other;
  scgi_temp_path {base}/other;
  server {{
    listen 127.0.0.1:{port};
    root {base}/files;
    dav_access user:rw;
    create_full_put_path on;
    auth_basic tests;
    auth_basic_user_file {base}/users;
    location /http/ {{ dav_methods PUT; }}
    location /dav/ {{ dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS; }}
  }}
  server {{
    listen 127.0.0.1:{tls_port} ssl;
    root {base}/files;
    dav_access user:rw;
    create_full_put_path on;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_client_certificate {authority};
    ssl_verify_client optional;
    location /header/ {{
      if ($http_x_private_token != "{token}") {{ return 403; }}
      dav_methods PUT;
    }}
    location /certified/ {{
      if ($ssl_client_verify != SUCCESS) {{ return 403; }}
      if ($http_authorization != "Bearer {token}") {{ return 401; }}
      dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS;
    }}
  }}
}}
"""


@contextlib.contextmanager
def running(base: Path, authority: Authority) -> Iterator[list[Kind]]:
    """One nginx with a place for each way in."""
    if not (os.access(PROGRAM, os.X_OK) and MODULE.exists()):
        raise Missing("nginx with the package libnginx-mod-http-dav-ext")
    (base / "users").write_text(f"tester:{{PLAIN}}{PASSWORD}\n")
    tls_port = processes.free_port()

    def command(port: int) -> list[str]:
        text = CONFIGURATION.format(
            base=base, module=MODULE, port=port, tls_port=tls_port, token=TOKEN, certificate=authority.server[0],
            key=authority.server[1], authority=authority.certificate,
        )  # fmt: skip
        (base / "nginx.conf").write_text(text)
        return [str(PROGRAM), "-p", str(base), "-e", str(base / "error.log"), "-c", str(base / "nginx.conf")]

    with processes.running(command, base / "log") as port:
        yield _kinds(base, authority, f"127.0.0.1:{port}", f"127.0.0.1:{tls_port}")


def _kinds(base: Path, authority: Authority, plain: str, tls: str) -> list[Kind]:
    trust = {"ssl_verify": str(authority.certificate)}
    basic = {"user": "tester", "password": PASSWORD}

    def folder(path: str) -> Folder:
        made = Folder(base / "files" / path)
        made.empty()
        return made

    def http(word: str) -> Remote:
        keys = {"url": f"http://{plain}/http/{word}", "auth": "basic", "method": "PUT"}
        return Remote(keys, folder(f"http/{word}"), basic, refused={"password": "wrong"})

    def header(word: str) -> Remote:
        keys = {"url": f"https://{tls}/header/{word}", "auth": "custom", "custom_auth_header": "X-Private-Token"}
        secrets = trust | {"password": TOKEN}
        return Remote(keys | {"method": "PUT"}, folder(f"header/{word}"), secrets, refused={"ssl_verify": "true"})

    def webdav(word: str) -> Remote:
        keys = {"url": f"webdav://{plain}/dav/{word} and more"}
        return Remote(keys, folder(f"dav/{word} and more"), basic, refused={"user": "nobody"})

    def certified(word: str) -> Remote:
        keys = {"url": f"webdavs://{tls}/certified/{word}"}
        certificate = {"cert_path": str(authority.client[0]), "key_path": str(authority.client[1])}
        # httpx 0.28, with which dvc asks, forgets the certificate when it is told whom to trust.
        secrets = certificate | {"token": TOKEN, "ssl_verify": "false"}
        return Remote(keys, folder(f"certified/{word}"), secrets, refused={"token": "wrong"})

    return [
        Kind("HTTP with basic auth", http),
        Kind("HTTPS by an own authority, with a header to log in", header),
        Kind("WebDAV with basic auth", webdav, kills=12),
        Kind("WebDAV over TLS with a certificate of the client's and a token", certified),
    ]
