"""Callers with rights of their own, for the tests of what they are asked for."""

import json
from typing import Any

import botocore.session

from cloudformation_cloud import REGION, Cloud

ACCOUNT = "000000000000"
TRUST = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}


def allow(*actions: str, resource: str = "*", **condition: Any) -> dict:
    """A statement; `condition` is one operator with its keys."""
    return {
        "Effect": "Allow", "Action": list(actions), "Resource": resource, **({"Condition": condition} if condition else {})
    }  # fmt: skip


def role(cloud: Cloud, *statements: dict, path: str = "/") -> str:
    """A new role with these rights; its ARN."""
    iam, name = cloud.client("iam"), f"role-{cloud.name()}"
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    arn = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    return arn


def acting_as(cloud: Cloud, role_arn: str, service: str = "cloudformation") -> Any:
    """A client with a session of the role."""
    found = cloud.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
    return botocore.session.get_session().create_client(
        service, region_name=REGION, endpoint_url=cloud.endpoint, aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"], aws_session_token=found["SessionToken"],
    )  # fmt: skip


def questions(cloud: Cloud) -> list[dict]:
    """The record of all that was asked so far."""
    return [json.loads(line) for line in (cloud.folder / "authorisation.jsonl").read_text().splitlines()]


def asked(cloud: Cloud, role_arn: str, by: str = "") -> list[tuple[str, str]]:
    """Actions and resources that a role was asked for, by somebody whose name begins so."""
    return [
        (question["action"], question["resource"])
        for question in questions(cloud)
        if question["principal"] == role_arn and question["by"].startswith(by)
    ]


def reason(cloud: Cloud, stack: str, logical_id: str, status: str) -> str:
    """Why a resource, or the stack under its own name, came to that state."""
    return next(
        event.get("ResourceStatusReason", "")
        for event in cloud.events(stack)
        if event["LogicalResourceId"] == logical_id and event["ResourceStatus"] == status
    )
