"""The ways out of the house. Each sends one message within a bound, or says why not."""

from __future__ import annotations

import json
import smtplib
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import urllib3
from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from backend.accounts.models import User
from backend.lib import clock

_MOST_BYTES = 65_536
_LATER = frozenset({408, 409, 425, 429})
"""Client errors that say: not now."""


class Unreached(Exception):
    """It did not arrive now, and may later."""


class Rejected(Exception):
    """The far side will never take it."""


class Channel(ABC):
    """A way out. Sending under a ``key`` that arrived before must not make it arrive again."""

    @abstractmethod
    def send(self, key: str, recipient: User, subject: str, text: str) -> None:
        """Hand one message over; raises Unreached or Rejected."""

    def can_reach(self, recipient: User) -> bool:
        """Whether ``recipient`` has an address there."""
        return True


class FileChannel(Channel):
    """A file with a line for each message, for development."""

    def send(self, key: str, recipient: User, subject: str, text: str) -> None:
        """Append the message. Raises Unreached where the file cannot be written."""
        line = {"at": str(clock.now()), "key": key, "to": recipient.username, "text": text}
        try:
            settings.NOTIFICATION_FILE.parent.mkdir(parents=True, exist_ok=True)
            with settings.NOTIFICATION_FILE.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise Unreached(str(error)) from error


class MailChannel(Channel):
    """Mail by the server of ``EMAIL_HOST``; the key is in the Message-ID, by which copies are known."""

    def can_reach(self, recipient: User) -> bool:
        """Whether the account has an address."""
        return bool(recipient.email)

    def send(self, key: str, recipient: User, subject: str, text: str) -> None:
        """Hand it to the server. Raises Rejected for an address that it does not know."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
        mail = EmailMessage(
            subject,
            text,
            to=[recipient.email],
            headers={"Message-ID": f"<{key}@{domain}>", "Auto-Submitted": "auto-generated"},
            connection=get_connection(timeout=settings.OUTSIDE_ANSWER_S),
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _told in error.recipients.values()]
            kind = Rejected if all(code >= 500 for code in codes) else Unreached
            raise kind(f"recipient refused: {codes}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreached(f"{type(error).__name__}: {error}") from error


class WebhookChannel(Channel):
    """A program that takes JSON by POST: a gateway of short messages, a bot."""

    _pool: ClassVar[urllib3.PoolManager] = urllib3.PoolManager(maxsize=2)

    def send(self, key: str, recipient: User, subject: str, text: str) -> None:
        """Post it, with the key as ``Idempotency-Key``. Any answer of 2xx says that it arrived."""
        self._post(settings.NOTIFICATION_WEBHOOK_URL, key, {
            "key": key, "recipient": recipient.username, "email": recipient.email,
            "subject": subject, "text": text,
        }, token=settings.NOTIFICATION_WEBHOOK_TOKEN)  # fmt: skip

    def _post(self, url: str, key: str, body: dict[str, Any], *, token: str = "") -> bytes:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        timeout = urllib3.Timeout(
            connect=settings.OUTSIDE_CONNECT_S, read=settings.OUTSIDE_ANSWER_S
        )
        try:
            answer = self._pool.request(
                "POST", url, body=json.dumps(body).encode(), headers=headers, timeout=timeout,
                retries=False, redirect=False, preload_content=False,
            )  # fmt: skip
            told = answer.read1(_MOST_BYTES)  # one reading, which the timeout bounds
            answer.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreached(f"{type(error).__name__}") from error
        if 200 <= answer.status < 300:
            return told
        kind = Rejected if 400 <= answer.status < 500 and answer.status not in _LATER else Unreached
        raise kind(f"answered {answer.status}")


class WeComChannel(WebhookChannel):
    """A bot of a WeCom group (企业微信), which answers 200 and says in the body whether it took it.

    It knows no keys: a message whose answer was lost is said again.
    """

    def send(self, key: str, recipient: User, subject: str, text: str) -> None:
        """Say it in the group, naming the account. Raises Unreached where it was not taken."""
        said = {"msgtype": "text", "text": {"content": f"{recipient}: {text}"}}
        told = self._post(settings.NOTIFICATION_WECOM_URL, key, said)
        try:
            code = json.loads(told)["errcode"]
        except (ValueError, KeyError, TypeError) as error:
            raise Unreached("an answer that is none of WeCom's") from error
        if code != 0:
            raise Unreached(f"errcode {code}")


CHANNELS: dict[str, Channel] = {
    "file": FileChannel(),
    "mail": MailChannel(),
    "webhook": WebhookChannel(),
    "wecom": WeComChannel(),
}


def can_reach(channel: str, recipient: User) -> bool:
    """Whether ``channel`` has an address of ``recipient``."""
    return CHANNELS[channel].can_reach(recipient)
