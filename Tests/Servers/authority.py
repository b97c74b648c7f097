"""A certificate authority of the tests' own, trusted by nobody who is not told to."""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Authority:
    """Files in PEM: the authority, and who it vouches for."""

    certificate: Path
    server: tuple[Path, Path]
    client: tuple[Path, Path]


def make(folder: Path) -> Authority:
    """An authority, a server at 127.0.0.1 and a client."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("tests of guard")
    own = _certificate(name, name, key, key, x509.BasicConstraints(ca=True, path_length=0), critical=True)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")])

    def pair(who: str, extension: x509.ExtensionType) -> tuple[Path, Path]:
        other = ec.generate_private_key(ec.SECP256R1())
        return _write(folder, who, _certificate(_name(who), name, other, key, extension, critical=False), other)

    return Authority(
        _write(folder, "authority", own, key)[0],
        pair("server", names),
        pair("client", x509.BasicConstraints(ca=False, path_length=None)),
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType, critical: bool,
) -> x509.Certificate:  # fmt: skip
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
    identifiers = [
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
        x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
    ]
    for identifier in identifiers:
        builder = builder.add_extension(identifier, critical=False)
    return builder.add_extension(extension, critical=critical).sign(signer, hashes.SHA256())


def _write(folder: Path, who: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> tuple[Path, Path]:
    paths = folder / f"{who}.pem", folder / f"{who}.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return paths
