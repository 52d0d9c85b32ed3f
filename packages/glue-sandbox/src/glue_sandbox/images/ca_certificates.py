"""The certificate authorities a machine adds to the usual ones, as images take them along."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from local_glue.setup.truststore import BUNDLES

# Where Debian and Red Hat have people put authorities of their own.
FOLDERS = (Path("/usr/local/share/ca-certificates"), Path("/etc/pki/ca-trust/source/anchors"))
VARIABLES = ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.S)


def with_systems_own(own: Mapping[str, bytes]) -> bytes:
    """One bundle of these certificates and all that this machine trusts anyway."""
    system = next((Path(path).read_bytes() for path in BUNDLES if Path(path).is_file()), b"")
    return b"\n".join((system, *own.values()))


def own_authorities(
    environ: Mapping[str, str] = os.environ, folders: Sequence[Path] = FOLDERS
) -> dict[str, bytes]:
    """File name → one certificate, from the machine's folders and from bundles of the user's; usually none.

    A variable that names the system's own bundle adds nothing: what is special in it lies in the folders.
    """
    bundles = {Path(environ[name]) for name in VARIABLES if environ.get(name)}
    system = {Path(path).resolve() for path in BUNDLES}
    files = [path for folder in folders for path in sorted(folder.glob("**/*")) if path.is_file()]
    files += [path for path in sorted(bundles) if path.is_file() and path.resolve() not in system]
    found: dict[bytes, None] = dict.fromkeys(
        certificate for path in files for certificate in _PEM.findall(path.read_bytes())
    )
    return {f"own-{number:03}.crt": certificate + b"\n" for number, certificate in enumerate(found)}
