"""Child processes that die with this command, and are stopped together at its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dev.console import UserError


@dataclass
class Child:
    """One process that we started, and how it likes to be ended."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None
    end_with: signal.Signals
    patience: float

    def log_tail(self) -> str:
        """The last lines of its log, for the message when it fails."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


@dataclass
class Family:
    """The processes of one command."""

    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: list[str],
        *,
        user: str | None = None,
        log: Path | None = None,
        env: Mapping[str, str] | None = None,
        end_with: signal.Signals = signal.SIGTERM,
        patience: float = 20.0,
    ) -> Child:
        """Starts a child in its own session; the kernel ends it should this process be killed."""
        output = log.open("ab") if log else None
        process = subprocess.Popen(
            [
                *setpriv_prefix(user),
                f"--pdeathsig={end_with.name.removeprefix('SIG')}",
                "--",
                *command,
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            env=dict(env) if env is not None else None,
            cwd="/" if user else None,
            start_new_session=True,
        )
        if output:
            output.close()
        child = Child(name, process, log, end_with, patience)
        self.children.append(child)
        return child

    def stop(self) -> None:
        """Asks every child to end, waits for each, and kills the one that outlasts its patience."""
        for child in self.children:
            if child.process.poll() is None:
                child.process.send_signal(child.end_with)
        while self.children:
            child = self.children.pop()
            try:
                child.process.wait(child.patience)
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()

    def first_ended_child(self) -> Child | None:
        """A child that has ended by itself, if any."""
        return next((c for c in self.children if c.process.poll() is not None), None)


def setpriv_prefix(user: str | None) -> list[str]:
    """The prefix that runs a command as ``user``; None stays who we are."""
    prefix = ["setpriv"]
    if user is not None:
        prefix += [f"--reuid={user}", f"--regid={user}", "--init-groups"]
    return prefix


def wait_until_ready(ready: Callable[[], bool], child: Child, *, seconds: float = 120.0) -> None:
    """Waits for a service to answer; tells its last words when it ends or stays silent."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if child.process.poll() is not None:
            raise UserError(
                f"{child.name} did not start; its log {child.log} ends:\n{child.log_tail()}"
            )
        if ready():
            return
        time.sleep(0.05)
    raise UserError(
        f"{child.name} does not answer after {seconds:.0f} s; see {child.log}\n{child.log_tail()}"
    )


def exit_on_signals() -> None:
    """Turns a polite request to end into an exception, so that ``finally`` clauses run."""

    def leave(number: int, _frame: object) -> None:
        for other in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(other, signal.SIG_IGN)
        sys.exit(0 if number == signal.SIGINT else 128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, leave)


def is_root() -> bool:
    """Whether we run as the superuser, which PostgreSQL refuses to run as."""
    return os.geteuid() == 0
