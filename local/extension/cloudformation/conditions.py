"""Conditions with the functions that MiniStack leaves as they are written: Fn::Join, Fn::Split, Fn::Sub, Fn::FindInMap, and
Ref of a pseudo parameter. It then compares the call with a text, and the condition is true or false for ever; that of
CDK's bootstrap for execution policies was.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from ministack.services.cloudformation import engine

_evaluate = engine._evaluate_conditions
_FUNCTIONS = frozenset({"Fn::FindInMap", "Fn::Join", "Fn::Split", "Fn::Sub"})


def evaluate(template: dict, params: dict) -> dict:
    """Stands in for MiniStack's `_evaluate_conditions`."""
    conditions = template.get("Conditions") or {}
    return _evaluate({**template, "Conditions": _resolved(conditions, params, template.get("Mappings") or {})}, params)


def _resolved(value: object, params: dict, mappings: dict) -> object:
    if isinstance(value, list):
        return [_resolved(item, params, mappings) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(name, argument)] = value.items()
        # The stack's own name and id are not known here.
        is_pseudo = name == "Ref" and str(argument).startswith("AWS::") and not str(argument).startswith("AWS::Stack")
        if name in _FUNCTIONS or is_pseudo:
            return engine._resolve_refs(value, {}, params, {}, mappings, "", "")
    return {key: _resolved(item, params, mappings) for key, item in value.items()}
