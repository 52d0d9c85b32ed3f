"""One page of a real browser without a screen, driven by its DevTools protocol over a pipe."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS = 120
KEY_CODES = {"Enter": 13}
# The protocol is spoken at 3 and 4: what the test writes and reads is put there.
START = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1'
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"),
    *("--hide-scrollbars", "--remote-debugging-pipe", "about:blank"),
)


class Page:
    """A page; what it shows can be asked, waited for and taken as a picture."""

    def __init__(self, browser: subprocess.Popen[bytes]) -> None:
        self._browser, self._number, self._rest, self._session = browser, 0, b"", ""
        self._loaded = False
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        found = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = found["sessionId"]
        self._call("Page.enable")

    def open(self, url: str) -> None:
        """Load an address afresh."""
        for each in ("about:blank", url):  # else another fragment of the same page would load nothing
            self._loaded = False
            self._call("Page.navigate", url=each)
            while not self._loaded:
                self._read(f"the end of loading {each}")

    def show_as(self, width: int, height: int = 900, *, scheme: str = "light", media: str = "screen") -> None:
        """Set the window's size in CSS pixels, the colour scheme, and screen or print."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", **size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", media=media, features=features)

    def ask(self, expression: str) -> Any:
        """Return the value of an expression, or of the promise that it is.

        Raises:
            AssertionError: it throws.
        """
        found = self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait_for(self, condition: str, seconds: float = SECONDS) -> None:
        """Wait until an expression is true, whatever is loaded meanwhile.

        Raises:
            AssertionError: it is not in time.
        """
        end = time.monotonic() + seconds
        in_page = f"""new Promise(done => {{
            const look = () => ({condition}) ? done(true) : setTimeout(look, 20);
            setTimeout(() => done(false), 1000); look();
        }})"""
        while not self.ask(in_page):
            assert time.monotonic() < end, f"expected {condition} within {seconds:.0f} s; found {self.text()}"

    def press(self, key: str) -> None:
        """Press a key where the focus is."""
        code = {"key": key, "code": key, "windowsVirtualKeyCode": KEY_CODES[key], "text": "\r"}
        for kind in ("keyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, **code)

    def text(self) -> str:
        """Return the text that the page shows."""
        return str(self.ask("document.body.innerText"))

    def picture(self, file: Path) -> None:
        """Write the whole page as a PNG."""
        size = self._call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        found = self._call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(found["data"]))

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        assert self._browser.stdin
        self._browser.stdin.write(json.dumps(message).encode() + b"\0")
        self._browser.stdin.flush()
        while True:
            answer = self._read(f"an answer to {method}")
            if answer.get("id") == self._number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result

    def _read(self, expected: str) -> dict[str, Any]:
        assert self._browser.stdout
        end = time.monotonic() + SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._browser.stdout], [], [], max(0, end - time.monotonic()))
            assert ready, f"expected {expected} within {SECONDS} s; found none"
            some = os.read(self._browser.stdout.fileno(), 1 << 16)
            assert some, f"expected {expected}; found that the browser has ended"
            self._rest += some
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._loaded = self._loaded or message.get("method") == "Page.loadEventFired"
        return message


@contextmanager
def browser_page(browser: str, profile: Path) -> Iterator[Page]:
    """Start a browser; end it with its page."""
    command = ["sh", "-c", START, "sh", browser, f"--user-data-dir={profile}", *OPTIONS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield Page(process)
        finally:
            process.kill()
