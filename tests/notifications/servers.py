"""Far sides that really listen: a mail server and a program that takes a webhook."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail by SMTP (RFC 5321), and refuses recipients of ``unknown``."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailHandler)
        self.mails: list[Mail] = []
        self.unknown: set[str] = set()


class _MailHandler(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say(220)
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                self._say(221)
                return
            if verb == "DATA":
                self._say(354)
                self._take()
            refused = verb == "RCPT" and any(name in line for name in self.server.unknown)
            self._say(550 if refused else 250)

    def _take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.mails.append(message_from_bytes(b"".join(lines)))

    def _say(self, code: int) -> None:
        self.wfile.write(f"{code} so\r\n".encode())


class HookServer(ThreadingHTTPServer):
    """Keeps each message once by its Idempotency-Key; answers ``status`` and ``said``.

    It takes the first ``deaf`` requests without answering them.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _HookHandler)
        self.status, self.said, self.deaf = 200, b"{}", 0
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.kept: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hook"


class _HookHandler(BaseHTTPRequestHandler):
    server: HookServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((dict(self.headers), body))
        self.server.kept.setdefault(self.headers["Idempotency-Key"], body)
        if self.server.deaf:
            self.server.deaf -= 1
            self.close_connection = True
            return
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.said)))
        self.end_headers()
        self.wfile.write(self.server.said)

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@contextmanager
def listening(server: Any) -> Iterator[Any]:
    """``server`` at work in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
