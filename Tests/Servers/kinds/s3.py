"""S3 by moto, which lets in only who signs with the right key, over HTTP and over TLS."""

import contextlib
import functools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import botocore.config
import processes
from authority import Authority
from remotes import Kind, Remote

BUCKET = "data"
VERSIONS = "versions"


@dataclass(frozen=True)
class Server:
    """A running moto, and the keys of the one user whom it lets in."""

    url: str
    key: str
    secret: str
    authority: str | None = None

    @property
    def login(self) -> dict[str, str]:
        """The keys as a remote's configuration has them."""
        return {"access_key_id": self.key, "secret_access_key": self.secret}

    @functools.cached_property
    def client(self) -> object:
        """A client of the bucket's own, made by the process that uses it: connections do not survive a fork."""
        return _client("s3", self.url, self.key, self.secret, self.authority)


@dataclass(frozen=True)
class Prefix:
    """A store that is a part of a bucket."""

    server: Server
    prefix: str
    bucket: str = BUCKET

    def files(self) -> dict[str, bytes]:
        client = self.server.client
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        return {key[len(self.prefix) :]: client.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}

    def remove(self, path: str) -> None:
        self.server.client.delete_object(Bucket=self.bucket, Key=self.prefix + path)

    def write(self, path: str, content: bytes) -> None:
        self.server.client.put_object(Bucket=self.bucket, Key=self.prefix + path, Body=content)


@contextlib.contextmanager
def running(base: Path, authority: Authority) -> Iterator[list[Kind]]:
    """Two servers, of which one speaks TLS by a certificate that only the tests trust."""
    with _server(base / "plain.log") as plain, _server(base / "tls.log", authority) as tls:
        yield [*_kinds(plain, tls, base), _versioned(plain)]


def _versioned(server: Server) -> Kind:
    """A bucket that keeps versions, in which files have their own names."""
    server.client.create_bucket(Bucket=VERSIONS)
    server.client.put_bucket_versioning(Bucket=VERSIONS, VersioningConfiguration={"Status": "Enabled"})

    def remote(word: str) -> Remote:
        url = {"url": f"s3://{VERSIONS}/{word}", "endpointurl": server.url, "version_aware": "true"}
        return Remote(url, Prefix(server, f"{word}/", VERSIONS), server.login)

    return Kind("S3 that keeps versions", remote, keeps_versions=True)


@contextlib.contextmanager
def trusting(base: Path, _: Authority) -> Iterator[list[Kind]]:
    """A server that looks at no signature, for those who measure the others' time."""
    with _server(base / "log", checks=False) as server:
        yield _kinds(server, server, base)


def _kinds(plain: Server, tls: Server, base: Path) -> list[Kind]:
    def keys(word: str) -> Remote:
        url = {"url": f"s3://{BUCKET}/{word}", "endpointurl": plain.url}
        return Remote(url, Prefix(plain, f"{word}/"), plain.login, refused={"secret_access_key": "wrong"})

    def profile(word: str) -> Remote:
        home = {
            ".aws/config": f"[profile team]\nendpoint_url = {plain.url}\nregion = eu-west-1\n",
            ".aws/credentials": f"[team]\naws_access_key_id = {plain.key}\naws_secret_access_key = {plain.secret}\n",
        }
        prefix = f"{word}/a b+c%41é~!(x)"
        return Remote(
            {"url": f"s3://{BUCKET}/{prefix}", "profile": "team"}, Prefix(plain, f"{prefix}/"), home=home,
            refused={"profile": "nobody"},
        )  # fmt: skip

    def private(word: str) -> Remote:
        file = base / f"{word}.credentials"
        file.write_text(f"[default]\naws_access_key_id = {tls.key}\naws_secret_access_key = {tls.secret}\n")
        url = {"url": f"s3://{BUCKET}/{word}", "endpointurl": tls.url}
        trust = {"ssl_verify": tls.authority, "credentialpath": str(file)}
        return Remote(url, Prefix(tls, f"{word}/"), trust, refused={"ssl_verify": "true"})

    return [
        Kind("S3 with the remote's own keys", keys, kills=12, kills_in_parts=4),
        Kind("S3 by a profile, in a prefix with an odd name", profile),
        Kind("S3 over TLS by an own authority, with a file of keys", private),
    ]


@contextlib.contextmanager
def _server(log: Path, authority: Authority | None = None, checks: bool = True) -> Iterator[Server]:
    cryptic = ["-c", str(authority.server[0]), "-k", str(authority.server[1])] if authority else []
    scheme, trusted = ("https", str(authority.certificate)) if authority else ("http", None)

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port), *cryptic]

    with processes.running(command, log, MOTO_S3_CUSTOM_ENDPOINTS="", MOTO_LOG_LEVEL="ERROR") as port:
        url = f"{scheme}://127.0.0.1:{port}"
        key, secret = _user(url, trusted)
        _client("s3", url, key, secret, trusted).create_bucket(Bucket=BUCKET)
        if checks:
            processes.asked(f"{url}/moto-api/reset-auth", "POST", b"0", authority and authority.certificate)
        yield Server(url, key, secret, trusted)


def _user(url: str, authority: str | None) -> tuple[str, str]:
    """Makes a user who may do everything with buckets."""
    people = _client("iam", url, "any", "any", authority)
    people.create_user(UserName="tester")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    people.put_user_policy(UserName="tester", PolicyName="all", PolicyDocument=json.dumps(policy))
    made = people.create_access_key(UserName="tester")["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def _client(service: str, url: str, key: str, secret: str, authority: str | None) -> object:
    return boto3.client(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
        verify=authority, config=botocore.config.Config(proxies={}, retries={"total_max_attempts": 1}),
    )  # fmt: skip
