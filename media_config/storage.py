"""The one way to object storage: private, signed, path-addressed S3 as the settings name it."""

from __future__ import annotations

import base64
import datetime as dt
import functools
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from backend.lib.breaker import Breaker
from media_config import waiting_files

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

logger = logging.getLogger(__name__)

URL_LIFE = 120
"""Seconds that a presigned URL lives, unless a caller asks for fewer."""

_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    connect_timeout=settings.OUTSIDE_CONNECT_S,
    read_timeout=settings.OUTSIDE_ANSWER_S,
    # Whoever can wait tries again himself: workers later, requests by the spool.
    retries={"total_max_attempts": 1, "mode": "standard"},
    max_pool_connections=32,
)


class StorageDown(Exception):
    """The storage did not take or give an object now; trying again later may help."""


class StorageRefused(Exception):
    """The storage answered and said no: wrong content, wrong key, no right. Trying again won't help."""


class PrivateStorage(S3Storage):  # type: ignore[misc]
    """Django's default storage: no public access, every URL signed and short-lived.

    What is saved lies on this machine's disk until storage has it, as photos do; see ``waiting_files``.
    Raises StorageDown or StorageRefused.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """The settings of django-storages, taken from S3_* instead of AWS_*."""
        inherited: dict[str, Any] = super().get_default_settings()
        return inherited | {
            "access_key": settings.S3_ACCESS_KEY,
            "secret_key": settings.S3_SECRET_KEY,
            "bucket_name": settings.S3_BUCKET,
            "region_name": settings.S3_REGION,
            "endpoint_url": settings.S3_ENDPOINT_URL,
            "client_config": _CONFIG,
            "default_acl": None,  # the bucket is private; an ACL could only open it
            "querystring_auth": True,
            "querystring_expire": URL_LIFE,
            # Callers give names that are theirs alone, or their content's hash.
            "file_overwrite": True,
        }

    def is_reachable(self) -> bool:
        """Whether storage can be reached just now."""
        try:
            with translate_errors(ask_anyway=True):
                client().head_bucket(Bucket=settings.S3_BUCKET)
        except (StorageDown, StorageRefused):
            return False
        return True

    def exists(self, name: str) -> bool:
        """Whether the object is in storage, or on this machine's disk on its way there."""
        if waiting_files.waiting_path(name).exists():
            return True
        with translate_errors():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Delete the object, on the disk too. What storage that is down still has is cleared some night."""
        waiting_files.waiting_path(name).unlink(missing_ok=True)
        try:
            with translate_errors():
                super().delete(name)
        except StorageDown as error:
            logger.warning("%s is left in storage: %s", name, error)

    def upload_waiting_file(self, name: str) -> None:
        """Send to storage what waits on the disk under this name. Safe to run again. Raises StorageDown."""
        place = waiting_files.waiting_path(name)
        if not place.exists():
            return  # another was quicker
        with translate_errors(), place.open("rb") as body:
            super()._save(name, File(body, name))
        place.unlink(missing_ok=True)

    def _save(self, name: str, content: File[bytes]) -> str:
        waiting_files.keep_bytes(name, content)
        try:
            self.upload_waiting_file(name)
        except StorageDown as error:
            logger.warning("%s waits for storage: %s", name, error)
        return name

    def _open(self, name: str, mode: str = "rb") -> Any:
        place = waiting_files.waiting_path(name)
        if place.exists():
            return File(place.open("rb"), name)
        with translate_errors():
            opened = super()._open(name, mode)
            opened.seek(0)  # fetches all of it, here and not where it is read
            return opened

    def url(
        self,
        name: str,
        parameters: dict[str, Any] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        """A presigned download; pictures for showing ask :func:`media_config.presigned.presign_url`."""
        extra = {"ResponseContentDisposition": "attachment"} | (parameters or {})
        return str(super().url(name, parameters=extra, expire=expire, http_method=http_method))


def client() -> S3Client:
    """The shared, thread-safe client for the endpoint that this process reaches."""
    return _make_client(settings.S3_ENDPOINT_URL, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY)


def public_client() -> S3Client:
    """A client that signs for the endpoint that browsers and phones reach; it never connects."""
    return _make_client(
        settings.S3_PUBLIC_ENDPOINT_URL, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY
    )


@functools.lru_cache(maxsize=8)
def _make_client(endpoint: str, access: str, secret: str) -> S3Client:
    return boto3.session.Session(
        aws_access_key_id=access, aws_secret_access_key=secret, region_name=settings.S3_REGION
    ).client("s3", endpoint_url=endpoint, config=_CONFIG)


def put_object(key: str, body: IO[bytes] | bytes, *, media_type: str, sha256: str) -> None:
    """Writes an object; the server checks the hash. Raises StorageDown or StorageRefused."""
    checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
    with translate_errors():
        client().put_object(
            Bucket=settings.S3_BUCKET,
            Key=key,
            Body=body,
            ContentType=media_type,
            ChecksumSHA256=checksum,
        )


@contextmanager
def open_object(key: str) -> Iterator[IO[bytes]]:
    """The object's bytes as a stream. Raises StorageDown or StorageRefused."""
    with translate_errors():
        body = client().get_object(Bucket=settings.S3_BUCKET, Key=key)["Body"]
        try:
            yield body  # type: ignore[misc]
        finally:
            body.close()


def remove_object(key: str) -> None:
    """Deletes an object; one that does not exist is no error."""
    with translate_errors():
        client().delete_object(Bucket=settings.S3_BUCKET, Key=key)


def list_keys_older_than(prefix: str, moment: dt.datetime) -> Iterator[list[str]]:
    """The keys under ``prefix`` whose objects are older than ``moment``, by pages."""
    pages = client().get_paginator("list_objects_v2")
    with translate_errors():
        for page in pages.paginate(Bucket=settings.S3_BUCKET, Prefix=prefix):
            objects = page.get("Contents", [])
            yield [each["Key"] for each in objects if each["LastModified"] < moment]


def list_objects(prefix: str) -> Iterator[tuple[str, int]]:
    """The keys under ``prefix`` with their sizes in bytes, in the order of their bytes."""
    pages = client().get_paginator("list_objects_v2")
    with translate_errors():
        for page in pages.paginate(Bucket=settings.S3_BUCKET, Prefix=prefix):
            yield from ((each["Key"], each["Size"]) for each in page.get("Contents", []))


@functools.lru_cache(maxsize=8)
def _make_breaker(_endpoint: str) -> Breaker:
    return Breaker(settings.OUTSIDE_PAUSE_S)


@contextmanager
def translate_errors(*, ask_anyway: bool = False) -> Iterator[None]:
    """Context manager: turns botocore's many errors into StorageDown and StorageRefused.

    Storage that was silent just now is not asked again for a while.
    """
    breaker = _make_breaker(settings.S3_ENDPOINT_URL)
    if breaker.is_open and not ask_anyway:
        raise StorageDown("storage was down just now")
    try:
        yield
    except (BotoCoreError, Boto3Error) as error:
        breaker.open()
        raise StorageDown(str(error)) from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        kind = StorageDown if status >= 500 or status == 429 else StorageRefused
        raise kind(str(error)) from error
