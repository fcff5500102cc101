"""The cluster query language of placement constraints and filters."""

import sys

import pytest
from local_cloud import LOCAL

sys.path.insert(0, str(LOCAL))

from extension import cluster_query

INSTANCE = {
    "ec2InstanceId": "i-0a1",
    "agentConnected": True,
    "attributes": [{"name": "ecs.availability-zone", "value": "eu-west-1a"}, {"name": "gpu"}],
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ec2InstanceId == i-0a1", True),
        ("ec2InstanceId == 'i-0a1'", True),
        ("ec2InstanceId != i-0a1", False),
        ("ec2InstanceId in ['i-0a1','i-0b2']", True),
        ("ec2InstanceId in [i-0b2, i-0c3]", False),
        ("ec2InstanceId not_in [i-0b2]", True),
        ("attribute:ecs.availability-zone == eu-west-1a", True),
        ("attribute:ecs.availability-zone =~ 'eu-west-1[bc]'", False),
        ("attribute:ecs.availability-zone =~ eu-west-1.*", True),
        ("attribute:gpu exists", True),
        ("attribute:fpga exists", False),
        ("not(attribute:gpu exists)", False),
        ("agentConnected == true and ec2InstanceId == i-0a1", True),
        ("ec2InstanceId == i-9 or (attribute:gpu exists and agentConnected == true)", True),
    ],
)
def test_an_expression_decides(expression: str, expected: bool) -> None:
    assert cluster_query.parse(expression)(INSTANCE) is expected


@pytest.mark.parametrize(
    "expression", ["", "ec2InstanceId ==", "ec2InstanceId = i-1", "unknown == 1", "(a == b", "a == b c"]
)
def test_what_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(cluster_query.QueryError):
        cluster_query.parse(expression)
