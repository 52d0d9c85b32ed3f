"""The machine's certificate authorities as Java reads them."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

from local_glue.setup.truststore import PASSWORD, write_truststore

PEM = """-----BEGIN CERTIFICATE-----
MIIBAAAA
-----END CERTIFICATE-----
"""


def test_the_truststore_is_a_jks_file_with_a_right_digest(tmp_path: Path) -> None:
    bundle, store = tmp_path / "bundle.pem", tmp_path / "trust.jks"
    bundle.write_text("# a comment\n" + PEM + PEM)
    assert write_truststore(bundle, store) == 2
    content = store.read_bytes()
    assert struct.unpack(">III", content[:12]) == (0xFEEDFEED, 2, 2)
    salted = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + content[:-20]
    assert hashlib.sha1(salted).digest() == content[-20:]  # noqa: S324
