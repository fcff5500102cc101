"""The variables a container has beyond its task definition's, against those of a real ECS agent."""

from typing import Any

import botocore.exceptions
import botocore.session
import pytest
from botocore.config import Config
from local_cloud import Cloud

# What an agent before 1.104 adds, of which a client may make use. It adds no region: see extension/environment.py.
_OF_THE_AGENT = {"AWS_EXECUTION_ENV", "ECS_CONTAINER_METADATA_URI_V4"}
# Where this cloud is: on AWS the SDKs know that by themselves.
_OF_THE_CLOUD = {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SERVICEDISCOVERY", "AWS_EC2_METADATA_SERVICE_ENDPOINT"}
# In place of AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, and like it only with a task role.
_OF_THE_ROLE = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}


@pytest.mark.parametrize("mode", ["bridge", "host", "awsvpc"])
@pytest.mark.parametrize("has_role", [True, False], ids=["with-role", "without"])
def test_nothing_is_injected_that_an_older_agent_does_not_but_endpoints_and_credentials(
    cloud: Cloud, mode: str, has_role: bool
) -> None:
    role = {"taskRoleArn": cloud.role({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})} if has_role else {}
    network = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}} if mode == "awsvpc" else {}
    own = {"environment": [{"name": "OWN", "value": "1"}]}
    task = cloud.running(cloud.run(cloud.define("x", mode=mode, container=own, **role), **network)["taskArn"])
    image = cloud.docker.images.get(cloud.image).attrs["Config"]["Env"] or []
    given = {entry.split("=", 1)[0] for entry in cloud.container_of(task).attrs["Config"]["Env"]}
    cloud.ecs.stop_task(cluster=cloud.cluster, task=task["taskArn"])
    added = given - {"OWN"} - {entry.split("=", 1)[0] for entry in image}
    assert added == _OF_THE_AGENT | _OF_THE_CLOUD | (_OF_THE_ROLE if has_role else set())


def test_a_request_signed_for_another_region_finds_nothing_of_this_one(cloud: Cloud, name: str) -> None:
    """A collector without a region asks Cloud Map in us-east-1."""
    here = _discovery(cloud, "eu-west-1")
    operation = here.create_private_dns_namespace(Name=name, Vpc="vpc-1")["OperationId"]
    namespace = here.get_operation(OperationId=operation)["Operation"]["Targets"]["NAMESPACE"]
    here.create_service(Name="gateway", NamespaceId=namespace)
    assert here.discover_instances(NamespaceName=name, ServiceName="gateway")["Instances"] == []
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        _discovery(cloud, "us-east-1").discover_instances(NamespaceName=name, ServiceName="gateway")
    assert refused.value.response["Error"]["Code"] == "NamespaceNotFound"


def _discovery(cloud: Cloud, region: str) -> Any:
    """A client that leaves the `data-` out that this machine cannot resolve."""
    return botocore.session.get_session().create_client(
        "servicediscovery",
        region_name=region,
        endpoint_url=cloud.endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(inject_host_prefix=False),
    )
