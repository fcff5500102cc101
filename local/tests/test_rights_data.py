"""What the emulator knows of AWS's handlers is whole, and fits the Service Authorization Reference."""

import json
import re
from pathlib import Path

import pytest
from extension.rights import handlers, types
from extension.rights.types import Subject

RIGHTS = Path(handlers.__file__).parent
TYPES = sorted(json.loads((RIGHTS / "handlers.json").read_text())["types"])
RESOLVED = {each for resolved in handlers._PATTERNS.values() for each in resolved}
ACTIONS = json.loads((RIGHTS / "service_authorization.json").read_text())["actions"]
VERBS = ("create", "read", "update", "delete")
PROPERTIES = {
    "AWS::EC2::SecurityGroupIngress": {"GroupId": "sg-1"},
    "AWS::ElasticLoadBalancingV2::Listener": {
        "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer/net/a-b-c/0123456789abcdef"
    },
    "AWS::SecretsManager::ResourcePolicy": {"SecretId": "arn:aws:secretsmanager:eu-west-1:000000000000:secret:a-b"},
}


def _subject(resource_type: str) -> Subject:
    return Subject(resource_type, "Thing", "stack", PROPERTIES.get(resource_type, {}))


def _wanted(resource_type: str) -> list[tuple[str, str]]:
    return [(verb, action) for verb in VERBS for action in handlers.actions(resource_type, verb)]


@pytest.mark.parametrize("resource_type", TYPES)
def test_every_action_of_a_handler_is_waived_or_asked_for_by_its_name(resource_type: str) -> None:
    unknown = [action for _, action in _wanted(resource_type) if action not in {*ACTIONS, *RESOLVED} or "*" in action]
    assert unknown == []


@pytest.mark.parametrize("resource_type", TYPES)
def test_every_question_is_on_a_resource_that_the_reference_knows_for_the_action(resource_type: str) -> None:
    for verb, action in _wanted(resource_type):
        for question in handlers.questions(verb, _subject(resource_type), action):
            resources = ACTIONS.get(action, {"resources": {}})["resources"].values()
            known = [entry["arn"] for entry in resources]
            patterns = [re.sub(r"\\\$\\\{\w+\\\}", ".*", re.escape(arn)) for arn in known]
            assert question.resource == "*" or any(re.fullmatch(each, question.resource) for each in patterns), question
            assert question.resource != "*" or not any(entry["required"] for entry in resources), question


@pytest.mark.parametrize("resource_type", TYPES)
def test_a_create_begins_with_what_makes_the_resource(resource_type: str) -> None:
    assert handlers._CREATING[resource_type] in handlers.actions(resource_type, "create")


@pytest.mark.parametrize("resource_type", sorted(handlers.TAGGED))
def test_what_cloudformation_tags_has_an_arn(resource_type: str) -> None:
    made = Subject(resource_type, "Thing", "stack", PROPERTIES.get(resource_type, {}), "thing")
    assert "thing" in types.own(made)
