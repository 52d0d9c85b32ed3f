"""An S3 of one bucket in memory, as much of it as Hadoop's S3A asks for, on a port of this machine.

A job's first requests to S3 cost a second, for the classes of its client. `warm_up.py` loads them by reads
and writes as jobs have them, without a key to anybody's buckets.
"""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

_DATE, _DATE_IN_LISTS = "Tue, 25 Jun 2024 00:00:00 GMT", "2024-06-25T00:00:00.000Z"


@contextmanager
def s3_in_memory() -> Iterator[str]:
    """Answer on a free port of this machine; yield the address."""
    server = _Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the second part of an answer waits until the first is acknowledged
    server: _Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        """Say how long an object is."""
        self.do_GET()

    def do_GET(self) -> None:
        """Send an object, a part of it, or a list."""
        if not self._key:
            query = parse_qs(urlsplit(self.path).query)
            self._send(200, _listed(self.server.objects, query.get("prefix", [""])[0], "delimiter" in query))
            return

        body = self.server.objects.get(self._key)
        if body is None:
            self._send(404, "<Error><Code>NoSuchKey</Code></Error>")
            return

        wanted = self.headers.get("Range")
        first, _, last = (wanted or "bytes=0-").removeprefix("bytes=").partition("-")
        part = body[int(first) : int(last) + 1 if last else len(body)]
        part_of = f"bytes {first}-{int(first) + len(part) - 1}/{len(body)}" if wanted else ""
        self._send(206 if wanted else 200, part, _etag(body), part_of)

    def do_PUT(self) -> None:
        """Keep an object, or a copy of one."""
        body, source = self._body(), self.headers.get("x-amz-copy-source")
        copied = self.server.objects[_key_in(source)] if source else body
        self.server.objects[self._key] = copied

        date = f"<LastModified>{_DATE_IN_LISTS}</LastModified>"
        result = f"<CopyObjectResult><ETag>{_etag(copied)}</ETag>{date}</CopyObjectResult>"
        self._send(200, result if source else "", _etag(copied))

    def do_POST(self) -> None:
        """Delete objects."""
        for key in re.findall("<Key>(.*?)</Key>", self._body().decode()):
            self.server.objects.pop(unescape(key), None)
        self._send(200, "<DeleteResult/>")

    def do_DELETE(self) -> None:
        """Delete an object."""
        self.server.objects.pop(self._key, None)
        self._send(204, "")

    @property
    def _key(self) -> str:
        return _key_in(urlsplit(self.path).path)

    def _body(self) -> bytes:
        """Return what was sent, without the signatures that stand before its pieces."""
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "x-amz-decoded-content-length" not in self.headers:
            return sent

        pieces = bytearray()
        while sent:
            size, _, sent = sent.partition(b"\r\n")
            length = int(size.partition(b";")[0], 16)
            pieces += sent[:length]
            sent = sent[length + 2 :] if length else b""
        return bytes(pieces)

    def _send(self, status: int, body: str | bytes, etag: str = "", part: str = "") -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Last-Modified", _DATE)
        for name, value in (("ETag", etag), ("Content-Range", part)):
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _key_in(path: str) -> str:
    """Return the key in `/bucket/key`."""
    return unquote(path).lstrip("/").partition("/")[2]


def _etag(content: bytes) -> str:
    """Return the sum that S3's clients compare with their own."""
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _listed(objects: dict[str, bytes], prefix: str, by_folder: bool) -> str:
    """Return a list of the objects below a prefix; by folder, of what lies right below it."""
    below = {key: key[len(prefix) :].partition("/") for key in sorted(objects) if key.startswith(prefix)}
    folders = sorted({prefix + name + slash for name, slash, _ in below.values() if by_folder and slash})
    keys = [key for key, (_, slash, _) in below.items() if not (by_folder and slash)]

    contents = (
        f"<Contents><Key>{escape(key)}</Key><LastModified>{_DATE_IN_LISTS}</LastModified>"
        f"<ETag>{_etag(objects[key])}</ETag><Size>{len(objects[key])}</Size></Contents>"
        for key in keys
    )
    prefixes = (f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>" for folder in folders)
    return (
        f"<ListBucketResult><KeyCount>{len(keys) + len(folders)}</KeyCount><IsTruncated>false</IsTruncated>"
        f"{''.join(contents)}{''.join(prefixes)}</ListBucketResult>"
    )
