"""Secrets Manager: a secret whose Ref is its ARN, and the resource policy of a secret.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-resourcepolicy.html
"""

import json

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

SECRET = "AWS::SecretsManager::Secret"
SECRET_REPLACING = ("Name",)
POLICY = "AWS::SecretsManager::ResourcePolicy"
POLICY_REPLACING = ("SecretId",)


def create_secret(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    name = props.get("Name")
    if name and secretsmanager._resolve(name)[1] is not None:
        raise ValueError(f"The operation failed because the secret {name} already exists.")
    _, attributes = provisioners._sm_secret_create(logical_id, props, stack_name)
    return attributes["Id"], {"Id": attributes["Id"]}


def update_secret(
    physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str
) -> tuple[str, dict]:
    # Not by a newly generated name: an update that is no replacement keeps the one the secret has.
    name = _name(physical_id)
    provisioners._sm_secret_update(name, old_props, {**new_props, "Name": name}, stack_name, logical_id)
    return physical_id, {"Id": physical_id}


def delete_secret(physical_id: str, props: dict) -> None:
    """CloudFormation deletes without a recovery window, so the name is free at once."""
    key, secret = secretsmanager._resolve(physical_id)
    if secret is not None:
        provisioners._sm_secret_delete(key, props)


def create_policy(logical_id: str, props: dict, stack_name: str) -> tuple[str, dict]:
    arn = _put_policy(props)
    return arn, {"Id": arn}


def update_policy(
    physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str
) -> tuple[str, dict]:
    _put_policy(new_props)
    return physical_id, {"Id": physical_id}


def delete_policy(physical_id: str, props: dict) -> None:
    secretsmanager._delete_resource_policy({"SecretId": props["SecretId"]})


def _put_policy(props: dict) -> str:
    document = props.get("ResourcePolicy", {})
    text = document if isinstance(document, str) else json.dumps(document)
    status, _, body = secretsmanager._put_resource_policy({"SecretId": props["SecretId"], "ResourcePolicy": text})
    answer = json.loads(body)
    if status >= 400:
        raise ValueError(answer.get("message") or answer.get("Message") or str(answer))
    return answer["ARN"]


def _name(physical_id: str) -> str:
    key, secret = secretsmanager._resolve(physical_id)
    if secret is None:
        raise ValueError("Secrets Manager can't find the specified secret.")
    return secret["Name"]
