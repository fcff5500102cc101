"""GetParameters on one parameter is authorised on that parameter, not on `*` (which no narrow policy allows).

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
"""

import json
from collections.abc import Callable

from ministack.core import iam_actions

from .patching import wrap


def install() -> None:
    wrap(
        iam_actions,
        "extract_resource_arn",
        _with_single_parameter,
        parameters=("service", "method", "path", "headers", "body", "query_params", "region", "account_id"),
    )


def _with_single_parameter(original: Callable[..., str]) -> Callable[..., str]:
    def extract(
        service: str,
        method: str,
        path: str,
        headers: dict,
        body: bytes,
        query_params: dict,
        region: str,
        account_id: str,
    ) -> str:
        if service == "ssm" and headers.get("x-amz-target", "").endswith(".GetParameters"):
            names = json.loads(body or b"{}").get("Names") or []
            if len(names) == 1:
                return _arn(names[0], region, account_id)
        return original(service, method, path, headers, body, query_params, region, account_id)

    return extract


def _arn(name: str, region: str, account_id: str) -> str:
    if name.startswith("arn:"):
        return name
    # Without a version or label, which no policy names.
    return f"arn:aws:ssm:{region}:{account_id}:parameter/{name.split(':')[0].lstrip('/')}"
