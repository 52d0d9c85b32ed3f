"""Lets Java trust the same certificate authorities as Python, written without any of Java's tools.

Behind a proxy with its own authority, pip and uv are told by SSL_CERT_FILE or find it in the system's store;
Java looks only into its own file. The format is JKS, documented in the JDK's `JavaKeyStore.java`.
"""

from __future__ import annotations

import hashlib
import os
import re
import ssl
import struct
from collections.abc import Mapping
from pathlib import Path

PASSWORD = "changeit"  # noqa: S105 - Java's own default; the file holds public certificates only
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_MAGIC, _VERSION, _TRUSTED_CERTIFICATE = 0xFEEDFEED, 2, 2
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.S)


def find_bundle(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The PEM file with the authorities this machine trusts: the user's variable first, then the system's."""
    named = [
        environ.get(name, "")
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
    ]
    default = ssl.get_default_verify_paths().cafile or ""
    return next((Path(path) for path in [*named, default, *BUNDLES] if path and Path(path).is_file()), None)


def write_truststore(bundle: Path, target: Path) -> int:
    """Write the bundle's certificates as a JKS file for -Djavax.net.ssl.trustStore; return how many."""
    pems = _PEM.findall(bundle.read_text(encoding="utf-8", errors="replace"))
    ders = [ssl.PEM_cert_to_DER_cert(pem) for pem in pems]
    body = struct.pack(">III", _MAGIC, _VERSION, len(ders))
    for number, der in enumerate(ders):
        body += struct.pack(">I", _TRUSTED_CERTIFICATE) + _text(f"authority-{number}") + struct.pack(">Q", 0)
        body += _text("X.509") + struct.pack(">I", len(der)) + der
    # The digest is the format's integrity check, salted with a fixed phrase; no secret depends on it.
    salted = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + body
    target.write_bytes(body + hashlib.sha1(salted).digest())  # noqa: S324
    return len(ders)


def _text(value: str) -> bytes:
    encoded = value.encode("ascii")
    return struct.pack(">H", len(encoded)) + encoded
