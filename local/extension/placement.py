"""Which instance a task goes to.

Constraints first, then resources, then the least loaded instance:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
Failure reasons: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from . import cluster_query, container_instances, resources

# Held while an instance is chosen and the task recorded on it, so that two tasks never get the same port.
lock = threading.RLock()


@dataclass
class Choice:
    instance: dict | None
    # One per instance that was looked at and refused.
    failures: list[dict] = field(default_factory=list)


def choose(cluster_name: str, task_definition: dict, group: str, constraints: Iterable[dict]) -> Choice:
    """The instance for one more task of `group`, or why none takes it. Call with `lock` held."""
    fitting, failures = [], []
    all_constraints = [*constraints, *task_definition.get("placementConstraints", [])]
    for instance in container_instances.active(cluster_name):
        reason = unsatisfied(instance, group, all_constraints) or resources.lacking(instance, task_definition)
        if reason:
            failures.append({"arn": instance["containerInstanceArn"], "reason": reason})
        else:
            fitting.append(instance)
    if not fitting:
        return Choice(None, failures)
    return Choice(min(fitting, key=lambda instance: _load(instance, group)))


def check_constraints(constraints: Iterable[dict]) -> str | None:
    """What is wrong with the constraints of a request, if anything."""
    for constraint in constraints:
        if constraint.get("type") not in ("distinctInstance", "memberOf"):
            return f"Invalid placement constraint type: {constraint.get('type')}"
        if constraint["type"] == "memberOf":
            try:
                cluster_query.parse(constraint.get("expression", ""))
            except cluster_query.QueryError as invalid:
                return str(invalid)
    return None


def fits(instance: dict, task_definition: dict, constraints: Iterable[dict]) -> str | None:
    """Why this one instance refuses the task, or None. Call with `lock` held."""
    members = [c for c in [*constraints, *task_definition.get("placementConstraints", [])] if c["type"] == "memberOf"]
    return unsatisfied(instance, "", members) or resources.lacking(instance, task_definition)


def unsatisfied(instance: dict, group: str, constraints: Iterable[dict]) -> str | None:
    for constraint in constraints:
        if constraint["type"] == "distinctInstance":
            if any(task["group"] == group for task in resources.tasks_on(instance["containerInstanceArn"])):
                return "DistinctInstance placement constraint unsatisfied."
        elif not cluster_query.parse(constraint["expression"])(instance):
            return "MemberOf placement constraint unsatisfied."
    return None


def _load(instance: dict, group: str) -> tuple[int, int, str]:
    """Spread: fewest tasks of the same group first, then fewest tasks at all."""
    tasks = resources.tasks_on(instance["containerInstanceArn"])
    return sum(task["group"] == group for task in tasks), len(tasks), instance["containerInstanceArn"]
