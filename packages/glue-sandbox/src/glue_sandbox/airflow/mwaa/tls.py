"""Airflow's web server with TLS, which clients of MWAA's web server expect: `https://<host>/aws_mwaa/cli`.

A process of its own takes connections at a free port and passes what it decrypts to the web server. The
certificate is this sandbox's own; `authorities.pem` holds it beside those of the machine.

For the Airflow launcher, which runs in Airflow's environment.
"""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import os
import ssl
import time
from pathlib import Path

KEY, CERTIFICATE, AUTHORITIES, PORT = "key.pem", "certificate.pem", "authorities.pem", "port"
HOST = "127.0.0.1"
VALID_DAYS, RENEWED_AFTER_DAYS = 365, 300
_DAY_SECONDS = 86_400
_CHUNK_BYTES = 64 * 1024


def hostname(folder: Path) -> str | None:
    """Return where the web server answers with TLS, with its port; None while it does not."""
    port = folder / PORT
    return f"{HOST}:{port.read_text(encoding='utf-8')}" if port.is_file() else None


def prepare(folder: Path, authorities: Path | None) -> None:
    """Make key and certificate, where they are missing or old, and the file of all authorities."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    certificate = folder / CERTIFICATE
    age_seconds = time.time() - certificate.stat().st_mtime if certificate.is_file() else None
    if age_seconds is None or age_seconds > RENEWED_AFTER_DAYS * _DAY_SECONDS:
        _make_certificate(folder)
    known = authorities.read_bytes() if authorities and authorities.is_file() else b""
    (folder / AUTHORITIES).write_bytes(known.rstrip() + b"\n" + certificate.read_bytes())


def serve(folder: Path, web_server_port: int) -> None:
    """Pass connections on until a signal ends this process."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / CERTIFICATE, folder / KEY)
    asyncio.run(_serve(context, folder / PORT, web_server_port))


async def _serve(context: ssl.SSLContext, port_file: Path, web_server_port: int) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _pass_on(reader, writer, web_server_port)

    server = await asyncio.start_server(connected, HOST, 0, ssl=context)
    port_file.write_text(str(server.sockets[0].getsockname()[1]), encoding="utf-8")
    async with server:
        await server.serve_forever()


async def _pass_on(
    client: asyncio.StreamReader, to_client: asyncio.StreamWriter, web_server_port: int
) -> None:
    """Copy both ways until one side has closed its."""
    try:
        server, to_server = await asyncio.open_connection(HOST, web_server_port)
    except OSError:
        to_client.close()
        return
    copies = {asyncio.create_task(_copy(client, to_server)), asyncio.create_task(_copy(server, to_client))}
    _, left = await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
    for copy in left:
        copy.cancel()
    to_server.close()
    to_client.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while chunk := await source.read(_CHUNK_BYTES):
            target.write(chunk)
            await target.drain()
    except (OSError, ssl.SSLError):
        return  # one side has hung up: so does the other


def _make_certificate(folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "glue-sandbox")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(HOST))]
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
                **usage,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
    (folder / CERTIFICATE).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
