"""Requests count as sent over TLS, as those of every client to AWS are; here they are plain HTTP on loopback and in the VPC.

Policies ask: the bucket that `cdk bootstrap` makes denies whatever comes without.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport
"""

from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator

from .patching import wrap


def install() -> None:
    wrap(iam_evaluator, "_resolve_condition_key", _secure, parameters=("key", "ctx"))


def _secure(original: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    def resolve(key: str, ctx: Any) -> Any:
        return "true" if key.lower() == "aws:securetransport" else original(key, ctx)

    return resolve
