"""What a request is authorised on, of the calls that the kit makes."""

import json
from collections.abc import Callable

import pytest

from local_cloud import Cloud

ACCOUNT = "arn:aws:{service}:eu-west-1:000000000000:{what}"


def _ecs(what: str) -> str:
    return ACCOUNT.format(service="ecs", what=what)


def _resource(action: str, fields: dict, service: str = "ecs") -> str:
    from extension import request_rights

    extract = request_rights._narrowed(lambda *_: "MiniStack's own")
    headers = {"x-amz-target": f"Some.{action}"}
    return extract(service, "POST", "/", headers, json.dumps(fields).encode(), {}, "eu-west-1", "000000000000")


@pytest.mark.parametrize(
    ("action", "fields", "resource"),
    [
        ("DescribeServices", {"cluster": "c", "services": ["s"]}, _ecs("service/c/s")),
        ("DescribeServices", {"cluster": _ecs("cluster/c"), "services": ["s"]}, _ecs("service/c/s")),
        ("DescribeTasks", {"cluster": "c", "tasks": [_ecs("task/c/1")]}, _ecs("task/c/1")),
        ("StopTask", {"cluster": "c", "task": "1"}, _ecs("task/c/1")),
        ("DescribeContainerInstances", {"containerInstances": ["i"]}, _ecs("container-instance/default/i")),
        ("RunTask", {"cluster": "c", "taskDefinition": "family"}, _ecs("task-definition/family:*")),
        ("RunTask", {"cluster": "c", "taskDefinition": "family:3"}, _ecs("task-definition/family:3")),
        ("ListTasks", {"cluster": "c"}, "*"),
        ("RegisterTaskDefinition", {"family": "f"}, _ecs("task-definition/f:*")),
        ("ListContainerInstances", {"cluster": "c"}, "MiniStack's own"),
    ],
)
def test_an_ecs_call_concerns_what_it_names(action: str, fields: dict, resource: str) -> None:
    assert _resource(action, fields) == resource


def test_log_events_belong_to_their_stream() -> None:
    fields = {"logGroupName": "/ecs/x", "logStreamName": "ecs/c/1"}
    expected = ACCOUNT.format(service="logs", what="log-group:/ecs/x:log-stream:ecs/c/1")
    assert _resource("GetLogEvents", fields, "logs") == expected
    assert _resource("CreateLogGroup", fields, "logs") == "MiniStack's own"


def test_a_single_parameter_is_what_get_parameters_concerns() -> None:
    parameter = ACCOUNT.format(service="ssm", what="parameter/a/b")
    for name in ("/a/b", "/a/b:3", parameter):
        assert _resource("GetParameters", {"Names": [name]}, "ssm") == parameter
    assert _resource("GetParameters", {"Names": ["/a", "/b"]}, "ssm") == "MiniStack's own"


def test_a_change_set_is_authorised_on_its_stack_only_where_the_request_names_the_stack(cloud: Cloud, name: str) -> None:
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    made = cloud.client("cloudformation").create_change_set(
        StackName=name, ChangeSetName="plan", ChangeSetType="CREATE", TemplateBody=template
    )

    def may(resource: str) -> set[str]:
        """What a role with rights on this resource alone may ask."""
        actions = [f"cloudformation:{action}" for action in ("DescribeChangeSet", "DescribeEvents")]
        role = cloud.role({"Effect": "Allow", "Action": actions, "Resource": resource})
        client, by_arn = _assumed(cloud, role), {"ChangeSetName": made["Id"]}
        calls = {
            "change set, by its ARN": lambda: client.describe_change_set(**by_arn),
            "change set, with its stack": lambda: client.describe_change_set(**by_arn, StackName=name),
            "events of the change set": lambda: client.describe_events(**by_arn, StackName=made["StackId"]),
            "events of the stack": lambda: client.describe_events(StackName=name),
        }
        return {what for what, call in calls.items() if _is_allowed(call)}

    assert may(ACCOUNT.format(service="cloudformation", what=f"stack/{name}/*")) == {
        "change set, with its stack",
        "events of the stack",
    }
    assert may(ACCOUNT.format(service="cloudformation", what="changeSet/plan/*")) == {
        "change set, by its ARN",
        "events of the change set",
    }
    assert may(ACCOUNT.format(service="cloudformation", what="stack/other/*")) == set()


def _is_allowed(call: Callable[[], object]) -> bool:
    import botocore.exceptions

    try:
        call()
    except botocore.exceptions.ClientError as refused:
        assert "not authorized to perform" in str(refused)
        return False
    return True


def _assumed(cloud: Cloud, role: str) -> object:
    import botocore.session

    found = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return botocore.session.get_session().create_client(
        "cloudformation",
        region_name="eu-west-1",
        endpoint_url=cloud.endpoint,
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
    )


def test_a_namespace_is_no_service() -> None:
    namespace = ACCOUNT.format(service="servicediscovery", what="namespace/ns-1")
    assert _resource("GetNamespace", {"Id": "ns-1"}, "servicediscovery") == namespace
    assert _resource("GetService", {"Id": "srv-1"}, "servicediscovery") == "MiniStack's own"


def test_discovery_concerns_a_service_and_names_it_and_its_namespace(cloud: Cloud, name: str) -> None:
    import botocore.exceptions

    discovery = cloud.client("servicediscovery")
    operation = discovery.create_private_dns_namespace(Name=name, Vpc="vpc-1")["OperationId"]
    namespace = discovery.get_operation(OperationId=operation)["Operation"]["Targets"]["NAMESPACE"]
    dns = {"DnsRecords": [{"Type": "A", "TTL": 10}], "RoutingPolicy": "MULTIVALUE"}
    service = discovery.create_service(Name="gateway", NamespaceId=namespace, DnsConfig=dns)["Service"]
    keys = {"servicediscovery:NamespaceName": name, "servicediscovery:ServiceName": "gateway"}
    request = {"NamespaceName": name, "ServiceName": "gateway"}
    allowed = {"Effect": "Allow", "Action": "servicediscovery:DiscoverInstances", "Resource": service["Arn"]}
    for user, statement, may in (
        ("named", {**allowed, "Condition": {"StringEquals": keys}}, True),
        ("other-name", {**allowed, "Condition": {"StringEquals": {**keys, "servicediscovery:ServiceName": "x"}}}, False),
        ("other-service", {**allowed, "Resource": service["Arn"] + "x"}, False),
    ):
        credentials = cloud.user(f"{name}-{user}", statement)
        if may:
            assert cloud.discover(credentials, **request)["Instances"] == []
            continue
        with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
            cloud.discover(credentials, **request)
