"""The guard finds in answers what AWS would not have sent, and records it with call, member and value."""

import asyncio
import json
from pathlib import Path

import pytest
from ministack.core.responses import StreamingResponse

from extension import wire
from extension.wire import answer, known, report
from extension.wire.call import Call, operation, service_of
from extension.wire.faults import Fault

HEADERS: dict[str, str] = {}


def call(service: str, name: str) -> Call:
    found = service_of(service)
    return Call(found, operation(found, name), found.protocol)


def faults(service: str, name: str, body: object, status: int = 200, headers: dict[str, str] = HEADERS) -> list[tuple[str, str]]:
    text = body if isinstance(body, str) else json.dumps(body)
    found = answer.faults_of(call(service, name), status, headers, text.encode())
    return [(fault.kind, fault.path) for fault in found]


GROUP = {"logGroupName": "g", "creationTime": 1, "arn": "arn:aws:logs:eu-west-1:1:log-group:g:*"}


@pytest.mark.parametrize(("group", "expected"), [
    (GROUP, []),
    ({**GROUP, "size": 1}, [("unknown", "logGroups.1.member.size")]),
    ({**GROUP, "logGroupName": "a b"}, [("pattern", "logGroups.1.member.logGroupName")]),
    ({**GROUP, "creationTime": "now"}, [("type", "logGroups.1.member.creationTime")]),
    ({**GROUP, "creationTime": -1}, [("range", "logGroups.1.member.creationTime")]),
    ({**GROUP, "logGroupClass": "CHEAP"}, [("enum", "logGroups.1.member.logGroupClass")]),
    ({**GROUP, "kmsKeyId": "k" * 257}, [("length", "logGroups.1.member.kmsKeyId")]),
    ([], [("type", "logGroups.1.member")]),
])  # fmt: skip
def test_members_of_json_answers(group, expected):
    assert faults("logs", "DescribeLogGroups", {"logGroups": [group]}) == expected


def test_a_required_member_that_an_answer_lacks():
    assert faults("servicediscovery", "GetInstance", {"Instance": {}}) == [("missing", "instance.id")]
    assert faults("servicediscovery", "GetInstance", {"Instance": {"Id": None}}) == [("missing", "instance.id")]
    assert faults("servicediscovery", "GetInstance", {"Instance": {"Id": "i"}}) == []


def xml(name: str, inner: str, result: bool = True) -> str:
    body = f"<{name}Result>{inner}</{name}Result>" if result else inner
    metadata = "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
    return f'<{name}Response xmlns="http://x/">{body}{metadata}</{name}Response>'


STACK = "<StackName>s</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>"


@pytest.mark.parametrize(("stack", "expected"), [
    (STACK, []),
    (STACK.replace("_COMPLETE", "_DONE"), [("enum", "stacks.1.member.stackStatus")]),
    (STACK.replace("2026-01-01T00:00:00Z", "yesterday"), [("type", "stacks.1.member.creationTime")]),
    (STACK.replace("<StackName>s</StackName>", ""), [("missing", "stacks.1.member.stackName")]),
    (STACK + "<Colour>red</Colour>", [("unknown", "stacks.1.member.colour")]),
    (STACK + "<StackName>t</StackName>", [("type", "stacks.1.member.stackName")]),
    (STACK + "<Tags><Tag><Key>a</Key></Tag></Tags>", [("unknown", "stacks.1.member.tags.tag")]),
])  # fmt: skip
def test_members_of_query_answers(stack, expected):
    body = xml("DescribeStacks", f"<Stacks><member>{stack}</member></Stacks>")
    assert faults("cloudformation", "DescribeStacks", body) == expected


def test_the_frame_of_query_answers():
    assert faults("cloudformation", "DescribeStacks", xml("DescribeStack", "")) == [("envelope", "body")]
    assert faults("cloudformation", "DescribeStacks", xml("DescribeStacks", "", result=False)) == [("missing", "DescribeStacksResult")]
    assert faults("cloudformation", "DescribeStacks", "not xml") == [("envelope", "body")]


def test_members_of_ec2_answers():
    vpc = "<vpcSet><item><vpcId>vpc-1</vpcId><state>{}</state></item></vpcSet>"
    body = '<DescribeVpcsResponse xmlns="http://x/"><requestId>1</requestId>{}</DescribeVpcsResponse>'
    assert faults("ec2", "DescribeVpcs", body.format(vpc.format("available"))) == []
    assert faults("ec2", "DescribeVpcs", body.format(vpc.format("fine"))) == [("enum", "vpcs.1.member.state")]
    assert faults("ec2", "DescribeVpcs", body.format("<VpcId>vpc-1</VpcId>")) == [("unknown", "vpcId")]


def test_headers_and_bodies_of_s3_answers():
    assert faults("s3", "PutObject", "", headers={"ETag": '"1"', "x-amz-request-id": "1"}) == []
    assert faults("s3", "PutObject", "", headers={"x-amz-colour": "red"}) == [("unknown", "x-amz-colour")]
    assert faults("s3", "PutObject", "text") == [("unknown", "body")]
    assert faults("s3", "HeadObject", "", headers={"Content-Length": "many"}) == [("type", "contentLength")]
    listed = "<ListBucketResult><Contents><Key>a</Key></Contents><Contents><Size>x</Size></Contents></ListBucketResult>"
    assert faults("s3", "ListObjectsV2", listed) == [("type", "contents.2.member.size")]


@pytest.mark.parametrize(("service", "name", "body", "expected"), [
    ("ecs", "RunTask", {"__type": "ClusterNotFoundException", "message": "no"}, []),
    ("ecs", "RunTask", {"__type": "com.amazonaws.ecs#AccessDeniedException", "message": "no"}, []),
    ("ecs", "RunTask", {"__type": "ClusterMissing"}, [("error", "Code")]),
    ("ecs", "RunTask", {"error": "no"}, [("missing", "Code")]),
    ("cloudformation", "CreateStack", "<ErrorResponse><Error><Code>AlreadyExistsException</Code></Error></ErrorResponse>", []),
    ("cloudformation", "CreateStack", "<ErrorResponse><Error><Code>Exists</Code></Error></ErrorResponse>", [("error", "Code")]),
    ("cloudformation", "CreateStack", "<Error><Code>Exists</Code></Error>", [("envelope", "body")]),
    ("ec2", "DescribeVpcs", "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code></Error></Errors></Response>", []),
    ("s3", "GetObject", "<Error><Code>NoSuchKey</Code></Error>", []),
])  # fmt: skip
def test_errors_are_those_of_the_operation(service, name, body, expected):
    assert faults(service, name, body, status=400) == expected


LIST = {"x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters", "content-type": "application/x-amz-json-1.1"}


def answered(monkeypatch, body: object, sent: bytes = b"{}", target: dict[str, str] = LIST) -> tuple[tuple, dict]:
    """What a client has of a service that answers this, and what the report says afterwards."""
    seen = report.Report(None)
    monkeypatch.setattr(wire, "REPORT", seen)

    async def service(*_: object) -> tuple:
        return 200, {}, body

    guarded = wire._guarded(service)
    return asyncio.run(guarded("POST", "/", dict(target), sent, {}, "id")), seen.as_dict()


def test_a_wrong_answer_is_recorded_and_handed_on(monkeypatch):
    reply, seen = answered(monkeypatch, b'{"clusterArns": [7], "colour": "red"}')
    assert reply == (200, {}, b'{"clusterArns": [7], "colour": "red"}')
    assert seen["calls"] == {"ecs.ListClusters": 1}
    assert [(it["side"], it["call"], it["member"], it["value"], it["count"]) for it in seen["violations"]] == [
        ("answer", "ecs.ListClusters", "clusterArns[]", "7", 1),
        ("answer", "ecs.ListClusters", "colour", "red", 1),
    ]


def test_a_wrong_request_reaches_no_service(monkeypatch):
    (status, _, body), seen = answered(monkeypatch, b"not asked", sent=b'{"maxResults": "x"}')
    assert (status, json.loads(body)["__type"]) == (400, "SerializationException")
    assert [(it["side"], it["member"], it["kind"]) for it in seen["violations"]] == [("request", "maxResults", "type")]


def test_what_the_guard_cannot_check_is_a_violation(monkeypatch):
    _, seen = answered(monkeypatch, StreamingResponse(None))
    assert [it["kind"] for it in seen["violations"]] == ["unchecked"]
    _, seen = answered(monkeypatch, b"{}", target={**LIST, "x-amz-target": "AmazonEC2ContainerServiceV20141113.Nothing"})
    assert [it["kind"] for it in seen["violations"]] == ["unchecked"]


@pytest.mark.parametrize(("response", "kinds"), [((200, {}, b""), ["unchecked"]), (None, [])])
def test_a_request_through_a_side_door_is_a_violation(monkeypatch, response, kinds):
    seen = report.Report(None)
    monkeypatch.setattr(wire, "REPORT", seen)

    async def side_door(*_: object, **__: object) -> tuple | None:
        return response

    assert asyncio.run(wire._noticed(side_door)("GET", "/key", {"host": "bucket.s3.amazonaws.com"}, b"", {}, "id")) == response
    assert [it["kind"] for it in seen.as_dict()["violations"]] == kinds


def test_a_known_violation_is_counted_by_its_entry(monkeypatch):
    entry = known.Known("answer", "ecs.List*", "clusterArns[]", frozenset({"type"}), "a test")
    monkeypatch.setattr(known, "KNOWN", (entry,))
    known._find.cache_clear()
    _, seen = answered(monkeypatch, b'{"clusterArns": [7]}')
    assert (seen["violations"], seen["known"]) == ([], {entry.id: 1})
    known._find.cache_clear()


def test_the_report_is_a_file_of_the_state_folder(tmp_path: Path):
    file = tmp_path / "wire-1.json"
    seen = report.Report(file)
    seen.call(call("ecs", "ListClusters"), [Fault("unknown", "a", "b", "c")], "answer")
    assert json.loads(file.read_text())["violations"][0]["call"] == "ecs.ListClusters"
