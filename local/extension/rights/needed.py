"""Which statements of roles' policies the recorded questions needed: `python -m extension.rights.needed < ROLES > STATEMENTS`.

In, as JSON: `record` (path of an `authorisation.jsonl`) and `roles` (ARN of a role → name of a policy → document, each
statement with a Sid). Out: of every statement `POLICY/SID` an example of a question that taking it away would deny, or
null. Decided by the evaluator that decides requests; what a session policy took away beside it is not in the record as
allowed, so that it needs nothing.
"""

import json
import sys
from pathlib import Path
from typing import Any, TextIO

from ministack.core.iam_evaluator import EvalContext, ParsedStatement, _first_match, parse_policy_document

from .record import without_ids

Statement = tuple[str, ParsedStatement]


def main(source: TextIO, target: TextIO) -> None:
    # The record has no ids: those that a policy names (of a KMS key) would fit nothing in it.
    given = json.loads(without_ids(source.read()))
    lines = Path(given["record"]).read_text().splitlines()
    json.dump(needed([json.loads(line) for line in lines], given["roles"]), target)


def needed(questions: list[dict], roles: dict[str, dict[str, Any]]) -> dict[str, dict | None]:
    """By statement, the first question that only it allows."""
    statements = {role: _statements(policies) for role, policies in roles.items()}
    found: dict[str, dict | None] = {name: None for listed in statements.values() for name, _ in listed}
    for question in questions:
        names = _allowing(question, statements.get(question["principal"], [])) if question["allowed"] else []
        if len(names) == 1 and found[names[0]] is None:
            found[names[0]] = {key: question[key] for key in ("action", "resource", "by")}
    return found


def _statements(policies: dict[str, Any]) -> list[Statement]:
    return [(f"{name}/{each.sid}", each) for name, document in policies.items() for each in parse_policy_document(document)]


def _allowing(question: dict, statements: list[Statement]) -> list[str]:
    account = question["principal"].split(":")[4]
    context = EvalContext(
        principal_arn=question["principal"], principal_type="AssumedRole", principal_account=account,
        action=question["action"], resource_arn=question["resource"], region="",
        service_context={key.lower(): value for key, value in question["context"].items()},
    )  # fmt: skip
    return [name for name, statement in statements if _first_match(context, [statement], "Allow")]


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
