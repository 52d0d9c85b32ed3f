"""HTTP servers for what runs in the engine, with or without a certificate that nobody knows."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

from container_support.containers import docker


def bridge_address() -> str:
    """This machine's address on the engine's bridge, which is no loopback, for containers and the engine."""
    addresses = json.loads(docker("network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}"))[0]
    # An engine that has made its bridge itself does not say which address it took: it is the first one.
    return str(addresses.get("Gateway") or next(ip_network(addresses["Subnet"]).hosts()))


@contextmanager
def serving(
    handler: Callable[..., BaseHTTPRequestHandler], address: str, certificate: Path | None = None
) -> Iterator[str]:
    """Host and port of a server on any free port, by TLS where there is a certificate."""
    server = ThreadingHTTPServer((address, 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{address}:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def self_signed(folder: Path, address: str, valid_from: str, valid_until: str) -> Path:
    """A certificate with its key, which nobody knows the authority of; times as YYYYMMDDHHMMSSZ."""
    settings, key, request, certificate = (
        folder / name for name in ("ca.cnf", "key.pem", "request.pem", "certificate.pem")
    )
    (folder / "index.txt").touch()
    settings.write_text(
        f"[ca]\ndefault_ca = own\n[own]\ndatabase = {folder}/index.txt\nnew_certs_dir = {folder}\n"
        "rand_serial = yes\ndefault_md = sha256\npolicy = any\nx509_extensions = names\n"
        f"[any]\ncommonName = supplied\n[names]\nsubjectAltName = IP:{address}\n",
        encoding="utf-8",
    )
    new_key = (
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key,
        "-out",
        request,
        "-subj",
        "/CN=x",
    )
    sign = ("ca", "-batch", "-config", settings, "-selfsign", "-keyfile", key, "-in", request, "-notext")
    times = ("-startdate", valid_from, "-enddate", valid_until, "-out", certificate)
    for command in (new_key, (*sign, *times)):
        subprocess.run(["openssl", *command], capture_output=True, check=True)
    certificate.write_text(certificate.read_text() + key.read_text())
    return certificate
