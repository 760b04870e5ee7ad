"""The one way to object storage: private, signed, path-addressed S3 as the settings name it."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3Storage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

URL_LIFE = 120
"""Seconds that a presigned URL lives, unless a caller asks for fewer."""

_CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    connect_timeout=2,
    read_timeout=20,
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=32,
)


class StorageDown(Exception):
    """The storage did not take or give an object now; trying again later may help."""


class StorageRefused(Exception):
    """The storage answered and said no: wrong content, wrong key, no right. Trying again won't help."""


class PrivateStorage(S3Storage):  # type: ignore[misc]
    """Django's default storage: no public access, every URL signed and short-lived."""

    def get_default_settings(self) -> dict[str, Any]:
        """What django-storages would read from AWS_*, from S3_* instead."""
        return super().get_default_settings() | {  # type: ignore[no-any-return]
            "access_key": settings.S3_ACCESS_KEY,
            "secret_key": settings.S3_SECRET_KEY,
            "bucket_name": settings.S3_BUCKET,
            "region_name": settings.S3_REGION,
            "endpoint_url": settings.S3_ENDPOINT_URL,
            "client_config": _CONFIG,
            "default_acl": None,  # the bucket is private; an ACL could only open it
            "querystring_auth": True,
            "querystring_expire": URL_LIFE,
            "file_overwrite": False,
        }

    def url(
        self,
        name: str,
        parameters: dict[str, Any] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        """A presigned download; pictures for showing ask :func:`media_config.presigned.presign`."""
        extra = {"ResponseContentDisposition": "attachment"} | (parameters or {})
        return str(super().url(name, parameters=extra, expire=expire, http_method=http_method))


def client() -> S3Client:
    """The shared, thread-safe client for the endpoint that this process reaches."""
    return _client(settings.S3_ENDPOINT_URL, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY)


def public_client() -> S3Client:
    """A client that signs for the endpoint that browsers and phones reach; it never connects."""
    return _client(settings.S3_PUBLIC_ENDPOINT_URL, settings.S3_ACCESS_KEY, settings.S3_SECRET_KEY)


@functools.lru_cache(maxsize=8)
def _client(endpoint: str, access: str, secret: str) -> S3Client:
    return boto3.session.Session(
        aws_access_key_id=access, aws_secret_access_key=secret, region_name=settings.S3_REGION
    ).client("s3", endpoint_url=endpoint, config=_CONFIG)


def put(key: str, body: IO[bytes] | bytes, *, media_type: str, sha256: str) -> None:
    """Writes an object; the server checks the hash. Raises StorageDown or StorageRefused."""
    checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
    with _told():
        client().put_object(
            Bucket=settings.S3_BUCKET,
            Key=key,
            Body=body,
            ContentType=media_type,
            ChecksumSHA256=checksum,
        )


@contextmanager
def opened(key: str) -> Iterator[IO[bytes]]:
    """The object's bytes as a stream. Raises StorageDown or StorageRefused."""
    with _told():
        body = client().get_object(Bucket=settings.S3_BUCKET, Key=key)["Body"]
        try:
            yield body  # type: ignore[misc]
        finally:
            body.close()


def remove(key: str) -> None:
    """Deletes an object; one that does not exist is no error."""
    with _told():
        client().delete_object(Bucket=settings.S3_BUCKET, Key=key)


@contextmanager
def _told() -> Iterator[None]:
    """Turns botocore's many errors into the two that a caller can act upon."""
    try:
        yield
    except BotoCoreError as error:
        raise StorageDown(str(error)) from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
        kind = StorageDown if status >= 500 or status == 429 else StorageRefused
        raise kind(str(error)) from error
