"""Objects under a customer managed KMS key (SSE-KMS): S3 uses the key as the caller, who needs rights on it as well.

PutObject asks for kms:GenerateDataKey on the key that the request or the bucket names, GetObject and HeadObject for
kms:Decrypt on the key of the object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
A bucket under `aws:kms` without a key of its own uses the account's `aws/s3`, which lets everybody in through S3; there is
no such key here, and nobody is asked.
"""

import re
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import kms, s3

from .patching import require, wrap

_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
_ACTIONS = {"PutObject": "kms:GenerateDataKey", "GetObject": "kms:Decrypt", "HeadObject": "kms:Decrypt"}


def install() -> None:
    require(s3, _bucket_default_sse_headers=("bucket_name",), _stored_sse_headers=("obj",))
    require(kms, _resolve_key=("key_id_or_arn",))
    wrap(
        iam_actions,
        "s3_additional_checks",
        _with_key,
        parameters=("method", "path", "headers", "body", "query_params"),
    )
    wrap(
        iam_evaluator,
        "enforce",
        _by_the_key,
        parameters=("access_key_id", "iam_action", "service", "region", "resource_arn", "service_context"),
    )


def _by_the_key(original: Callable) -> Callable:
    """What S3 asks of KMS is decided by KMS, the key's own policy included."""

    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        decides = "kms" if iam_action.startswith("kms:") else service
        return original(access_key_id, iam_action, decides, region, resource_arn, service_context)

    return enforce


def _with_key(original: Callable[..., list[tuple[str, str]]]) -> Callable[..., list[tuple[str, str]]]:
    def checks(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> list[tuple[str, str]]:
        found = original(method, path, headers, body, query_params)
        bucket, _, key = path.lstrip("/").partition("/")
        action = _ACTIONS.get(iam_actions._s3_action(method, path, query_params) or "")
        if not (key and action):
            return found
        name = _new_key(bucket, headers) if method == "PUT" else _key_of(bucket, key)
        return [*found, (action, _arn(name))] if name else found

    return checks


def _new_key(bucket: str, headers: dict) -> str | None:
    if headers.get("x-amz-server-side-encryption"):
        return headers.get(_KEY_HEADER)
    return s3._bucket_default_sse_headers(bucket).get(_KEY_HEADER)


def _key_of(bucket: str, key: str) -> str | None:
    stored = (s3._buckets.get(bucket) or {}).get("objects", {}).get(key)
    return s3._stored_sse_headers(stored).get(_KEY_HEADER) if stored else None


def _arn(name: str) -> str:
    """A key may be named by its id, alias or ARN; IAM knows it by its ARN."""
    known = kms._resolve_key(name)
    if known:
        return known["Arn"]
    return name if re.match("arn:", name) else f"arn:aws:kms:{get_region()}:{get_account_id()}:key/{name}"
