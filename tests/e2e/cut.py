"""A wire between browser and bridge that can be cut in the middle of an upload."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

PIECE_BYTES = 16 * 1024
UPLOAD = b"POST /chat/v1/files"


class Wire:
    """A TCP proxy on 127.0.0.1. While `cut_after_bytes` is set, a connection that uploads a
    file is closed, both ways, once so much of it has come through; `cuts` counts them."""

    def __init__(self, upstream: str) -> None:
        self.cut_after_bytes: int | None = None
        self.cuts = 0
        at = urlsplit(upstream)
        assert at.hostname
        assert at.port
        self._upstream = (at.hostname, at.port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._upstream)
            for work in (self._up, self._down):
                threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        uploaded = 0
        with contextlib.suppress(OSError):
            while piece := client.recv(PIECE_BYTES):
                # one connection carries one call after the other
                if uploaded or UPLOAD in piece:
                    uploaded += len(piece)
                if self.cut_after_bytes is not None and uploaded > self.cut_after_bytes:
                    self.cuts += 1
                    break
                server.sendall(piece)
        _close(client, server)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(PIECE_BYTES):
                client.sendall(piece)
        _close(client, server)

    def close(self) -> None:
        self._listening.close()


def _close(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def wire_to(upstream: str) -> Iterator[Wire]:
    """A wire for as long as the block runs."""
    wire = Wire(upstream)
    try:
        yield wire
    finally:
        wire.close()
