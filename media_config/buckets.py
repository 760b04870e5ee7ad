"""The bucket that everything is kept in."""

from __future__ import annotations

from botocore.exceptions import ClientError
from django.conf import settings

from media_config.storage import client

_ALREADY_OURS = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


def ensure_bucket(name: str | None = None) -> bool:
    """Makes the bucket where it is missing; True when this call made it. Safe to run again."""
    bucket = name or settings.S3_BUCKET
    s3 = client()
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise
    else:
        return False
    try:
        s3.create_bucket(Bucket=bucket)
    except ClientError as error:
        # Two machines start at once: one of them comes second.
        if error.response["Error"]["Code"] not in _ALREADY_OURS:
            raise
        return False
    return True


def keep_versions(days: int) -> None:
    """Lets what is overwritten or removed be fetched back for so many days, and no longer.

    Uploads that broke off end after a week. Raises botocore's ClientError where the server or the
    key has no such thing.
    """
    s3 = client()
    s3.put_bucket_versioning(
        Bucket=settings.S3_BUCKET, VersioningConfiguration={"Status": "Enabled"}
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=settings.S3_BUCKET,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "what may go",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "NoncurrentVersionExpiration": {"NoncurrentDays": days},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                }
            ]
        },
    )
