"""A proxy that ends TLS before a server of ours, as installations have one."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

_OF_THE_LINE = {"connection", "keep-alive", "transfer-encoding", "date", "server"}


@contextlib.contextmanager
def tls_proxy(server: int, folder: Path, *, port: int) -> Iterator[None]:
    """Serves the plain ``server`` of the loopback address by TLS at ``port``, as localhost."""
    answering = type("Answering", (_Forwarder,), {"server_port": server})
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", port), answering)
    proxy.socket = _own_certificate(folder).wrap_socket(
        proxy.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()


class _Forwarder(http.server.BaseHTTPRequestHandler):
    """Hands a request on with the two headers by which the service knows its caller."""

    server_port = 0

    def _forward(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name: value for name, value in self.headers.items() if name != "Connection"}
        headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.client_address[0]}
        line = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=60)
        try:
            line.request(self.command, self.path, self.rfile.read(length), headers)
            answer = line.getresponse()
            body = answer.read()
        finally:
            line.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_THE_LINE:
                self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked has gone
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _forward

    def log_message(self, *_words: object) -> None:
        """Nothing: the service keeps a log of its own."""


def _own_certificate(folder: Path) -> ssl.SSLContext:
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(words, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
