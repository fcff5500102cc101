"""Whose rights a task has, and whose rights start it."""

import json

from local_cloud import Cloud, policy


def _environment(cloud: Cloud, task: dict) -> dict[str, str]:
    return dict(entry.split("=", 1) for entry in cloud.container_of(task).attrs["Config"]["Env"])


def _as_task(cloud: Cloud, task: dict, service: str) -> object:
    """A client with the credentials of a running task."""
    import botocore.session

    variables = _environment(cloud, task)
    return botocore.session.get_session().create_client(
        service,
        region_name="eu-west-1",
        endpoint_url=cloud.endpoint,
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=variables["AWS_SESSION_TOKEN"],
    )


def _refusal(stopped: dict) -> str:
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith("ResourceInitializationError: unable to pull secrets or registry auth: ")
    return stopped["stoppedReason"]


def test_a_task_has_the_rights_of_its_role_and_no_more(cloud: Cloud, name: str) -> None:
    import botocore.exceptions

    s3 = cloud.client("s3")
    for bucket in (f"{name}-mine", f"{name}-other"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_object(Bucket=bucket, Key="k", Body=b"v")
    role = cloud.role({"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}-mine/*"})
    task = cloud.running(cloud.run(cloud.define("x", taskRoleArn=role))["taskArn"])
    client = _as_task(cloud, task, "s3")
    assert client.get_object(Bucket=f"{name}-mine", Key="k")["Body"].read() == b"v"
    try:
        client.get_object(Bucket=f"{name}-other", Key="k")
        raise AssertionError("the task read a bucket its role does not allow")
    except botocore.exceptions.ClientError as refused:
        assert refused.response["Error"]["Code"] == "AccessDenied"
    identity = _as_task(cloud, task, "sts").get_caller_identity()["Arn"]
    assert (
        identity
        == f"arn:aws:sts::000000000000:assumed-role/{role.rsplit('/', 1)[-1]}/{task['taskArn'].rsplit('/', 1)[-1]}"
    )
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_a_task_without_a_role_has_no_credentials(cloud: Cloud) -> None:
    task = cloud.running(cloud.run(cloud.define("x"))["taskArn"])
    variables = _environment(cloud, task)
    credentials = [
        key for key in variables if key.startswith("AWS_") and ("KEY" in key or "TOKEN" in key or "CRED" in key)
    ]
    assert credentials == []
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def _secret(cloud: Cloud, name: str, value: str) -> str:
    return cloud.client("secretsmanager").create_secret(Name=name, SecretString=value)["ARN"]


def _run_with_secret(cloud: Cloud, value_from: str, role: str) -> dict:
    definition = cloud.define(
        "x", container={"secrets": [{"name": "KEY", "valueFrom": value_from}]}, executionRoleArn=role
    )
    return cloud.run(definition)


def test_a_secret_is_read_as_the_execution_role(cloud: Cloud, name: str) -> None:
    arn = _secret(cloud, name, "s3cret-value")
    allowed = cloud.role({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn})
    task = cloud.running(_run_with_secret(cloud, arn, allowed)["taskArn"])
    assert _environment(cloud, task)["KEY"] == "s3cret-value"
    shown = json.dumps(
        [
            cloud.ecs.describe_tasks(cluster=cloud.cluster, tasks=[task["taskArn"]]),
            cloud.ecs.describe_task_definition(taskDefinition=task["taskDefinitionArn"]),
        ],
        default=str,
    )
    assert "s3cret-value" not in shown
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_without_the_right_the_task_does_not_start(cloud: Cloud, name: str) -> None:
    arn = _secret(cloud, name, "v")
    denied = _refusal(cloud.stopped(_run_with_secret(cloud, arn, cloud.role())["taskArn"]))
    assert "AccessDeniedException" in denied
    assert "is not authorized to perform: secretsmanager:GetSecretValue" in denied


def test_the_secrets_own_policy_counts(cloud: Cloud, name: str) -> None:
    arn = _secret(cloud, name, "v")
    role = cloud.role()
    allow = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    cloud.client("secretsmanager").put_resource_policy(SecretId=arn, ResourcePolicy=policy(allow))
    task = cloud.running(_run_with_secret(cloud, arn, role)["taskArn"])
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
    cloud.client("secretsmanager").put_resource_policy(SecretId=arn, ResourcePolicy=policy({**allow, "Effect": "Deny"}))
    _refusal(cloud.stopped(_run_with_secret(cloud, arn, role)["taskArn"]))


def test_a_secrets_json_key_stage_and_version_are_honoured(cloud: Cloud, name: str) -> None:
    secrets = cloud.client("secretsmanager")
    arn = _secret(cloud, name, json.dumps({"a": "first"}))
    first = secrets.describe_secret(SecretId=arn)["VersionIdsToStages"]
    (version,) = first
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps({"a": "second"}))
    role = cloud.role({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn})
    expected = {
        f"{arn}:a::": "second",
        f"{arn}:a:AWSPREVIOUS:": "first",
        f"{arn}:a::{version}": "first",
        f"{arn}:::{version}": '{"a": "first"}',
    }
    for value_from, value in expected.items():
        task = cloud.running(_run_with_secret(cloud, value_from, role)["taskArn"])
        assert _environment(cloud, task)["KEY"] == value
        cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
    missing = _refusal(cloud.stopped(_run_with_secret(cloud, f"{arn}:b::", role)["taskArn"]))
    assert "did not contain json key b" in missing
    gone = _refusal(cloud.stopped(_run_with_secret(cloud, f"{arn}:::{'0' * 32}", role)["taskArn"]))
    assert "ResourceNotFoundException" in gone


def test_a_new_version_of_a_secret_is_read_at_the_next_start_of_a_task_and_no_sooner(cloud: Cloud, name: str) -> None:
    secrets = cloud.client("secretsmanager")
    arn = _secret(cloud, name, "before")
    role = cloud.role({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn})
    definition = cloud.define(
        "x", container={"secrets": [{"name": "KEY", "valueFrom": arn}]}, executionRoleArn=role
    )
    first = cloud.running(cloud.run(definition)["taskArn"])
    (old,) = secrets.describe_secret(SecretId=arn)["VersionIdsToStages"]
    new = secrets.put_secret_value(SecretId=arn, SecretString="after")["VersionId"]
    # Where a deployer finds the version to name.
    assert secrets.describe_secret(SecretId=arn)["VersionIdsToStages"] == {new: ["AWSCURRENT"], old: ["AWSPREVIOUS"]}
    listed = secrets.list_secret_version_ids(SecretId=arn)["Versions"]
    stages = {entry["VersionId"]: entry["VersionStages"] for entry in listed}
    assert stages == {new: ["AWSCURRENT"], old: ["AWSPREVIOUS"]}
    second = cloud.running(cloud.run(definition)["taskArn"])
    assert (_environment(cloud, first)["KEY"], _environment(cloud, second)["KEY"]) == ("before", "after")
    for task in (first, second):
        cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])


def test_a_parameter_is_read_as_the_execution_role(cloud: Cloud, name: str) -> None:
    cloud.client("ssm").put_parameter(Name=f"/{name}/key", Value="from-ssm", Type="SecureString")
    arn = f"arn:aws:ssm:eu-west-1:000000000000:parameter/{name}/key"
    role = cloud.role({"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": arn})
    for value_from in (arn, f"/{name}/key"):
        task = cloud.running(_run_with_secret(cloud, value_from, role)["taskArn"])
        assert _environment(cloud, task)["KEY"] == "from-ssm"
        cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
    denied = _refusal(cloud.stopped(_run_with_secret(cloud, arn, cloud.role())["taskArn"]))
    assert "ssm:GetParameters" in denied
