"""Container secrets, read as the agent reads them: over the API, as the task's execution role.

So AUTH=true decides, resource policies included. `valueFrom` forms and errors:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from . import api_client
from .errors import TaskStartError

_ERROR = "ResourceInitializationError"
_PREFIX = "unable to pull secrets or registry auth: execution resource retrieval failed: "


def fetch(task: dict, task_definition: dict, definition: dict) -> dict[str, str]:
    """The variables of a container's `secrets`. Raises TaskStartError when one cannot be had."""
    wanted = definition.get("secrets") or []
    if not wanted:
        return {}
    role = task_definition.get("executionRoleArn")
    if not role:
        raise TaskStartError(_ERROR, _PREFIX + "the task definition has secrets but no execution role")
    with api_client.as_role(role, task["taskArn"].rsplit("/", 1)[-1]) as connect:
        return {entry["name"]: _read(connect, entry["valueFrom"]) for entry in wanted}


def _read(connect: api_client.Connect, value_from: str) -> str:
    parts = value_from.split(":")
    if len(parts) > 6 and parts[2] == "secretsmanager":
        return _read_secret(connect, parts)
    return _read_parameter(connect, value_from, parts)


def _read_secret(connect: api_client.Connect, parts: list[str]) -> str:
    """arn:aws:secretsmanager:region:account:secret:name[:json-key:version-stage:version-id]"""
    arn = ":".join(parts[:7])
    key, stage, version = [*parts[7:], "", "", ""][:3]
    request = {"SecretId": arn}
    if stage:
        request["VersionStage"] = stage
    if version:
        request["VersionId"] = version
    try:
        found = connect("secretsmanager", parts[3]).get_secret_value(**request)
    except ClientError as error:
        raise TaskStartError(_ERROR, f"{_PREFIX}unable to retrieve secret from asm: {_told(error)}") from error
    text = found.get("SecretString")
    if text is None:
        raise TaskStartError(_ERROR, f"{_PREFIX}unable to retrieve secret from asm: {arn} has no string value")
    return text if not key else _json_value(text, key, arn)


def _json_value(text: str, key: str, arn: str) -> str:
    try:
        value: Any = json.loads(text)[key]
    except (ValueError, KeyError, TypeError):
        # Without the cause: a parser's message may quote the secret.
        problem = f"retrieved secret from Secrets Manager did not contain json key {key}"
        raise TaskStartError(_ERROR, f"{_PREFIX}{problem}: {arn}") from None
    return value if isinstance(value, str) else json.dumps(value)


def _read_parameter(connect: api_client.Connect, value_from: str, parts: list[str]) -> str:
    """A parameter's name, or its ARN: arn:aws:ssm:region:account:parameter/name"""
    name, region = value_from, None
    if len(parts) == 6 and parts[2] == "ssm":
        path = parts[5].removeprefix("parameter")
        region = parts[3]
        name = path if path.count("/") > 1 else path.removeprefix("/")
    try:
        found = connect("ssm", region).get_parameters(Names=[name], WithDecryption=True)
    except ClientError as error:
        raise TaskStartError(_ERROR, f"{_PREFIX}unable to retrieve secrets from ssm: {_told(error)}") from error
    if not found["Parameters"]:
        raise TaskStartError(_ERROR, f"{_PREFIX}unable to retrieve secrets from ssm: invalid ssm parameters: {name}")
    return found["Parameters"][0]["Value"]


def _told(error: ClientError) -> str:
    detail = error.response["Error"]
    return f"service call has been retried 1 time(s): {detail['Code']}: {detail['Message']}"
