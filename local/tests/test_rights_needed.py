"""Which statements the recorded questions needed: those without which one of them would be denied."""

import io
import json
from pathlib import Path

from extension.rights.needed import main, needed

ROLE = "arn:aws:iam::000000000000:role/r"


def _policy(**statements: dict) -> dict:
    allowed = [{"Sid": sid, "Effect": "Allow", **statement} for sid, statement in statements.items()]
    return {"Version": "2012-10-17", "Statement": allowed}


def _question(action: str, resource: str = "*", allowed: bool = True, **context: str) -> dict:
    return {"principal": ROLE, "action": action, "resource": resource, "context": context, "allowed": allowed, "by": "x"}


READ = {"Action": ["ecs:ListTasks"], "Resource": "*"}


def test_a_statement_that_alone_allows_a_question_is_needed() -> None:
    found = needed([_question("ecs:ListTasks")], {ROLE: {"p": _policy(Read=READ)}})
    assert found == {"p/Read": {"action": "ecs:ListTasks", "resource": "*", "by": "x"}}


def test_one_that_another_stands_in_for_is_not() -> None:
    found = needed([_question("ecs:ListTasks")], {ROLE: {"p": _policy(Read=READ), "q": _policy(Same=READ)}})
    assert found == {"p/Read": None, "q/Same": None}


def test_one_that_nobody_asked_for_is_not() -> None:
    other = {**_question("ecs:ListTasks"), "principal": f"{ROLE}-other"}
    for questions in ([], [_question("ecs:RunTask")], [other], [_question("ecs:ListTasks", allowed=False)]):
        assert needed(questions, {ROLE: {"p": _policy(Read=READ)}}) == {"p/Read": None}


def test_resource_and_condition_decide_too() -> None:
    to_tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    policy = _policy(Pass={"Action": ["iam:PassRole"], "Resource": f"{ROLE}-*", "Condition": to_tasks})
    key = "iam:PassedToService"
    for resource, service, is_needed in (
        (f"{ROLE}-a", "ecs-tasks.amazonaws.com", True),
        (f"{ROLE}-a", "ec2.amazonaws.com", False),
        (ROLE, "ecs-tasks.amazonaws.com", False),
    ):
        question = _question("iam:PassRole", resource, **{key: service})
        assert (needed([question], {ROLE: {"p": policy}})["p/Pass"] is not None) == is_needed


def test_a_policy_that_names_an_id_fits_the_record_that_has_none(tmp_path: Path) -> None:
    key = "arn:aws:kms:eu-west-1:000000000000:key"
    record = tmp_path / "authorisation.jsonl"
    record.write_text(json.dumps(_question("kms:Decrypt", f"{key}/ID")))
    policy = _policy(Key={"Action": ["kms:Decrypt"], "Resource": f"{key}/0b1c2d3e-0000-4000-8000-0123456789ab"})
    answer = io.StringIO()
    main(io.StringIO(json.dumps({"record": str(record), "roles": {ROLE: {"p": policy}}})), answer)
    assert json.loads(answer.getvalue())["p/Key"]["action"] == "kms:Decrypt"
