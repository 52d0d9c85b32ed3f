"""The server: the local Glue service on its port, until a signal ends it."""

import gc
import logging
import os
import socket
import sys
import threading
from types import FrameType

import uvicorn

from local_glue.api import glue_api_model
from local_glue.api.lean_models import read_lean_models
from local_glue.hints import hint
from local_glue.http.app import App
from local_glue.log_format import OneLineFormatter
from local_glue.settings import Settings, SettingsError
from local_glue.state_lock import UMASK, lock_state

logger = logging.getLogger("local_glue")


class Server(uvicorn.Server):
    """A server that ends the job runs as soon as it is told to stop, before it closes its door."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop runs first: a script must not fail because its endpoint went away."""
        threading.Thread(target=self._app.stop, name="stop", daemon=True).start()
        super().handle_exit(sig, frame)


def serve(settings: Settings) -> None:
    """Run until SIGTERM or Ctrl-C.

    Raises:
        SettingsError: the port is taken, or another service uses the state.
        StoreError: the state can't be read.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    listener = _listen(settings)
    os.umask(UMASK)  # of runs, too
    lock = lock_state(settings.state_dir)
    read_lean_models()
    app = App(settings)

    glue_api_model.service_model()  # half a second, spent before the first request waits for it
    gc.collect()  # before what stays is spread over what was needed to start
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    logger.info("Glue at http://%s:%s, emulator at %s", settings.host, settings.port, settings.emulator_url)
    with lock:
        Server(config, app).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(2048)  # SO_REUSEADDR lets two bind; only one can listen
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"can't listen on {settings.host}:{settings.port} ({error.strerror}). "
            f"Stop what uses that port, or {hint('choose_port')}"
        ) from error
    return listener
