"""A bad network: a TCP proxy that cuts a share of its connections at random places."""

from __future__ import annotations

import contextlib
import functools
import random
import socket
import struct
import sys
import threading
from types import TracebackType

MAX_BYTES_UNTIL_CUT = 400_000
"""Bytes upwards after which a connection that is to be cut is cut at the latest."""
_PIECE_BYTES = 16 * 1024
_SILENCE_SECONDS = 60.0
_RESET = struct.pack("ii", 1, 0)


class BadNetwork:
    """Carries connections to ``target`` on this machine; ``share`` of them are cut, by ``seed``.

    Half of those that are to be cut break after a number of bytes upwards, from 1 to LONGEST with
    each order of magnitude as likely; the others, and those where fewer bytes come, within the
    answer: the request was done and nobody hears of it.
    """

    def __init__(self, target: int, *, share: float, seed: int) -> None:
        self.connections = 0
        self.cut_upwards = 0
        self.cut_answers = 0
        self._target, self._share, self._random = target, share, random.Random(seed)
        self._ordered: list[int] = []
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._door.getsockname()[1]

    def __enter__(self) -> BadNetwork:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def cut_next_connections(self, count: int, *, after: int) -> None:
        """The next ``count`` connections break ``after`` so many bytes upwards; those open, now.

        Answers before that come whole.
        """
        self._ordered = [after] * count
        _reset(*list(self._open))

    def _serve(self) -> None:
        while True:
            try:
                phone, _address = self._door.accept()
            except OSError:
                return
            self.connections += 1
            left, answer = self._choose_cut()
            carry = functools.partial(self._carry_connection, phone, left, cut_answer=answer)
            threading.Thread(target=carry, daemon=True).start()

    def _choose_cut(self) -> tuple[int, bool]:
        """Bytes upwards until the cut, and whether an answer before that is cut."""
        if self._ordered:
            return self._ordered.pop(), False
        if self._random.random() >= self._share:
            return sys.maxsize, False
        upwards = self._random.random() < 0.5
        return int(MAX_BYTES_UNTIL_CUT ** self._random.random()) if upwards else sys.maxsize, True

    def _carry_connection(self, phone: socket.socket, left: int, *, cut_answer: bool) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._target), timeout=_SILENCE_SECONDS)
        except OSError:
            _reset(phone)
            return
        phone.settimeout(_SILENCE_SECONDS)
        self._open |= {phone, server}
        up = threading.Thread(target=self._carry_request, args=(phone, server, left), daemon=True)
        up.start()
        self._carry_answer(phone, server, to_cut=cut_answer)
        up.join()
        self._open -= {phone, server}
        for end in (phone, server):
            end.close()

    def _carry_request(self, phone: socket.socket, server: socket.socket, left: int) -> None:
        with contextlib.suppress(OSError):
            while piece := phone.recv(_PIECE_BYTES):
                if len(piece) >= left:
                    server.sendall(piece[:left])
                    self.cut_upwards += 1
                    _reset(phone, server)
                    return
                left -= len(piece)
                server.sendall(piece)
        _shut_down(server)

    def _carry_answer(self, phone: socket.socket, server: socket.socket, *, to_cut: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(_PIECE_BYTES):
                if to_cut:
                    phone.sendall(piece[: len(piece) // 2])
                    self.cut_answers += 1
                    _reset(phone, server)
                    return
                phone.sendall(piece)
        _shut_down(phone)
        _shut_down(server)


def _reset(*ends: socket.socket) -> None:
    """Break off with a reset: an orderly end could pass for the end of an answer."""
    for end in ends:
        with contextlib.suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.shutdown(socket.SHUT_RD)  # wakes who still listens, and says nothing to the other
        end.close()


def _shut_down(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
