"""An installation of its own, set up by the very commands of docs/operating.md."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import tempfile
import textwrap
import urllib.request
from pathlib import Path
from random import sample

from cryptography.fernet import Fernet

from dev import postgres, redis
from dev.instance import PORT_RANGE, PORTS, SECRETS, Instance, port_is_free
from dev.paths import ROOT, VENV
from dev.processes import Family, is_root, setpriv_prefix, wait_until_ready

PASSWORD = "the first of all passwords"
ADMINISTRATOR = "chief"
_SEAWEED = ("master", "volume", "filer")


def read_blocks() -> list[str]:
    """The commands of the page: programs, settings, database, units, tables."""
    page = (ROOT / "docs" / "operating.md").read_text()
    section = page.split("## Install without containers")[1].split("\n## ")[0]
    return [textwrap.dedent(block) for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)]


class Installation:
    """Its servers and settings. The checkout stands for /srv/jinzhi; all else lies in ``folder``."""

    def __init__(self, folder: Path) -> None:
        names = (*PORTS, "web", "pages")
        free = sample([port for port in PORT_RANGE if port_is_free(port)], len(names))
        self.ports = dict(zip(names, free, strict=True))
        self.folder = folder
        self.secrets = {key: secrets.token_hex(24) for key in (*SECRETS, "s3_admin", "s3_word")}
        self.base = f"https://localhost:{self.ports['pages']}"
        self._family = Family()
        self._home = Path(tempfile.mkdtemp(prefix="jinzhi-installation-"))
        self._here = {
            "runuser -u postgres -- ": "runuser -u postgres -- " if is_root() else "",
            "/etc/jinzhi.env": str(folder / "jinzhi.env"),
            "/var/lib/jinzhi": str(folder),
            "/srv/jinzhi/.venv": str(VENV),
            "/srv/jinzhi": str(ROOT),
            "127.0.0.1:5432": f"127.0.0.1:{self.ports['postgres']}",
            "--port 8000": f"--port {self.ports['web']}",
            "OWNER_PASSWORD": self.secrets["postgres"],
            "ADMIN_KEY": self.secrets["s3_admin"],
            "ADMIN_SECRET": self.secrets["s3_word"],
            "create_administrator NAME": f"create_administrator {ADMINISTRATOR}",
        }

    def set_up(self) -> None:
        """Follows the page from the second step to the last; the programs are up afterwards."""
        _programs, settings, database, units, tables = read_blocks()
        storage, *programs = units.splitlines()
        (self.folder / "photos").mkdir()
        (self.folder / "spool").mkdir()
        self._run(settings)
        self._fill_settings()
        self._start_database()
        self._run(database)
        redis.start_redis(self._family, self._redis())
        self._start_storage(storage)
        self._run(tables, said=PASSWORD)
        for line in programs:
            self._start(line)
        wait_until_ready(lambda: self._answers("web", "/livez"), self._family.children[-1])

    def take_down(self) -> None:
        """Ends what was started and removes the database."""
        self._family.stop()
        shutil.rmtree(self._home)

    def _localised(self, text: str) -> str:
        for there, here in self._here.items():
            text = text.replace(there, here)
        return text

    def _run(self, block: str, *, said: str = "") -> None:
        socket = {"PGHOST": str(self._home), "PGPORT": str(self.ports["postgres"])}
        done = subprocess.run(
            ["sh", "-eu", "-c", self._localised(block)],
            cwd=ROOT,
            env=_bare_environment() | socket | {"PGUSER": "postgres"},
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"

    def _fill_settings(self) -> None:
        file, word, ports = self.folder / "jinzhi.env", self.secrets, self.ports
        given = {
            "SECRET_KEY": word["django"],
            "REPORTER_KEYS": Fernet.generate_key().decode(),
            "REPORTER_DIGEST_KEY": word["django"],
            "S3_ACCESS_KEY": word["s3_access"],
            "S3_SECRET_KEY": word["s3_secret"],
            "PUBLIC_BASE_URL": self.base,
            "S3_PUBLIC_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3']}",
        }
        text = file.read_text().partition("# --- docker/compose.yaml only")[0]
        text = re.sub(r"^(\w+)=$", lambda line: f"{line[1]}={given[line[1]]}", text, flags=re.M)
        text = text.replace("PASSWORD@127.0.0.1:5432", f"{word['service']}@127.0.0.1:5432")
        text = text.replace(
            "PASSWORD@127.0.0.1:6379", f"{word['redis']}@127.0.0.1:{ports['redis']}"
        )
        text = text.replace("127.0.0.1:8333", f"127.0.0.1:{ports['s3']}")
        text += "SPOOL_DIR=/var/lib/jinzhi/spool\nNUM_PROXIES=1\n"
        file.write_text(self._localised(text))

    def _start_database(self) -> None:
        programs, runner = postgres.find_newest_programs(), postgres.user()
        assert programs is not None
        if runner is not None:
            shutil.chown(self._home, runner, runner)
        data = str(self._home / "data")
        words = [*setpriv_prefix(runner), "--", str(programs / "initdb"), "-D", data]
        words += ["-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"]
        words += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(words, cwd="/", check=True, capture_output=True)
        chosen = postgres.BASE_SETTINGS | postgres.THROWAWAY_SETTINGS
        chosen |= {"unix_socket_directories": str(self._home), "shared_buffers": "128MB"}
        words = [str(programs / "postgres"), "-D", data, "-p", str(self.ports["postgres"])]
        words += [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
        child = self._family.start(
            "PostgreSQL", words, user=runner, log=self.folder / "postgres.log"
        )
        asked = [str(programs / "pg_isready"), "-q", "-h", str(self._home)]
        asked += ["-p", str(self.ports["postgres"])]
        wait_until_ready(lambda: subprocess.run(asked, check=False).returncode == 0, child)

    def _redis(self) -> Instance:
        return Instance("installation", self.folder, self.ports, self.secrets)

    def _start_storage(self, line: str) -> None:
        ports = [f"-{name}.port={self.ports[name]}" for name in _SEAWEED]
        ports += [f"-{name}.port.grpc={self.ports[f'{name}_grpc']}" for name in (*_SEAWEED, "s3")]
        word = self.secrets
        keys = {"S3_ADMIN_ACCESS_KEY": word["s3_admin"], "S3_ADMIN_SECRET_KEY": word["s3_word"]}
        self._start(f"{line} {' '.join(ports)}", **keys, PORT=str(self.ports["s3"]))
        child = self._family.children[-1]
        wait_until_ready(lambda: self._answers("s3", "/healthz"), child)

    def _start(self, line: str, **more: str) -> None:
        """Starts a program as systemd would: by its line, with the settings and ``more`` alone."""
        script = f"set -a; . /etc/jinzhi.env; set +a; exec {line}"
        words = ["sh", "-euc", self._localised(script)]
        name = f"program {len(self._family.children)}"
        log, env = self.folder / f"{name}.log", _bare_environment() | more
        self._family.start(name, words, env=env, log=log, patience=5.0)

    def _answers(self, port: str, path: str) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.ports[port]}{path}", timeout=5).close()
        except OSError:
            return False
        return True


def _bare_environment() -> dict[str, str]:
    """What a program finds that systemd starts: nothing of this shell."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONWARNINGS": "ignore"}
