"""Objects under a customer managed KMS key: who may read and write them."""

import json
from typing import Any

import botocore.exceptions
import botocore.session
import pytest
from local_cloud import REGION, Cloud


@pytest.fixture
def bucket(cloud: Cloud, name: str) -> tuple[str, str]:
    """A bucket whose objects are encrypted under a key of the customer's, and the key's ARN."""
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return name, key


def _as_user(cloud: Cloud, name: str, *statements: dict) -> Any:
    """An S3 client with these rights and no others."""
    return botocore.session.get_session().create_client(
        "s3",
        region_name=REGION,
        endpoint_url=cloud.endpoint,
        **cloud.user(name, *statements),
    )


def _may(actions: list[str], resource: str) -> dict:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def _refusal(call: Any, **request: str) -> str:
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        call(**request)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return refused.value.response["Error"].get("Message", "")


def test_whoever_reads_or_writes_needs_the_right_on_the_key_too(cloud: Cloud, bucket: tuple[str, str]) -> None:
    name, key = bucket
    objects = _may(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{name}/*")
    without = _as_user(cloud, f"{name}-without", objects)
    said = _refusal(without.put_object, Bucket=name, Key="k", Body=b"v")
    assert "is not authorized to perform: kms:GenerateDataKey" in said
    writer = _as_user(cloud, f"{name}-writer", objects, _may(["kms:GenerateDataKey"], key))
    assert writer.put_object(Bucket=name, Key="k", Body=b"v")["SSEKMSKeyId"] == key
    for client in (without, writer):
        assert "is not authorized to perform: kms:Decrypt" in _refusal(client.get_object, Bucket=name, Key="k")
        _refusal(client.head_object, Bucket=name, Key="k")
    reader = _as_user(cloud, f"{name}-reader", objects, _may(["kms:Decrypt"], key))
    found = reader.get_object(Bucket=name, Key="k")
    assert (found["Body"].read(), found["SSEKMSKeyId"]) == (b"v", key)
    assert reader.head_object(Bucket=name, Key="k")["SSEKMSKeyId"] == key


def test_the_rights_on_another_key_do_not_do(cloud: Cloud, bucket: tuple[str, str]) -> None:
    name, _ = bucket
    other = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    objects = _may(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{name}/*")
    client = _as_user(cloud, f"{name}-other", objects, _may(["kms:GenerateDataKey", "kms:Decrypt"], other))
    assert "kms:GenerateDataKey" in _refusal(client.put_object, Bucket=name, Key="k", Body=b"v")


def test_the_key_itself_must_let_the_accounts_policies_decide(cloud: Cloud, bucket: tuple[str, str]) -> None:
    name, key = bucket
    objects = _may(["s3:PutObject"], f"arn:aws:s3:::{name}/*")
    client = _as_user(cloud, f"{name}-user", objects, _may(["kms:GenerateDataKey"], key))
    admin = {"Effect": "Deny", "Principal": "*", "Action": "kms:GenerateDataKey", "Resource": "*"}
    own = json.dumps({"Version": "2012-10-17", "Statement": [admin]})
    cloud.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=own)
    assert "kms:GenerateDataKey" in _refusal(client.put_object, Bucket=name, Key="k", Body=b"v")


def test_a_bucket_without_a_key_of_its_own_asks_for_no_right_on_one(cloud: Cloud, name: str) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    client = _as_user(cloud, name, _may(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{name}/*"))
    client.put_object(Bucket=name, Key="k", Body=b"v")
    assert client.get_object(Bucket=name, Key="k")["Body"].read() == b"v"
