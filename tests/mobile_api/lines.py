"""Lines between a phone and the server that break in the middle."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable


class Line:
    """A line to a server that is cut once, after so many bytes; later connections are whole."""

    def __init__(
        self, port: int, after: int, when_cut: Callable[[], object] = lambda: None
    ) -> None:
        self.server, self.after, self.when_cut = port, after, when_cut
        self.cut = False
        self.sent = 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self.door.close()

    def _serve(self) -> None:
        while True:
            try:
                phone, _address = self.door.accept()
                server = socket.create_connection(("127.0.0.1", self.server), timeout=60)
            except OSError:
                if self.door.fileno() < 0:
                    return
                phone.close()
                continue
            threading.Thread(target=self._back, args=(server, phone), daemon=True).start()
            threading.Thread(target=self._forth, args=(phone, server), daemon=True).start()

    def _forth(self, phone: socket.socket, server: socket.socket) -> None:
        passed = 0
        try:
            while piece := phone.recv(16 * 1024):
                left = self.after - passed
                if not self.cut and len(piece) >= left:
                    server.sendall(piece[:left])
                    self.cut = True
                    self.when_cut()
                    break
                passed += len(piece)
                self.sent += len(piece)
                server.sendall(piece)
        except OSError:
            pass
        for end in (server, phone):
            # Closing alone says nothing while the other thread still listens.
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    @staticmethod
    def _back(server: socket.socket, phone: socket.socket) -> None:
        try:
            while piece := server.recv(16 * 1024):
                phone.sendall(piece)
        except OSError:
            pass
        phone.close()
