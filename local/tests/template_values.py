"""What the properties of a shipped template can become, as far as the template itself tells."""

import itertools
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ministack.services.cloudformation.engine import _parse_template

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
SHIPPED = sorted(TEMPLATES.glob("*.yaml")) + sorted(
    file for folder in ("connect", "individual-templates") for file in (TEMPLATES / folder).glob("*.yaml")
)

# The longest name that CloudFormation gives a stack, and an ordinary one.
STACK_NAMES = ("otel", "Stack-" + 121 * "n" + "z")
_PSEUDO = {
    "AWS::StackName": list(STACK_NAMES), "AWS::Region": ["eu-west-1", "us-gov-west-1"], "AWS::AccountId": ["123456789012"],
    "AWS::Partition": ["aws", "aws-us-gov"], "AWS::URLSuffix": ["amazonaws.com", "amazonaws.com.cn"],
    "AWS::StackId": ["arn:aws:cloudformation:eu-west-1:123456789012:stack/otel/0b0c5e10-0000-11ee-be56-0242ac120002"],
}  # fmt: skip
_TYPED = {
    "AWS::EC2::VPC::Id": "vpc-0123456789abcdef0",
    "AWS::EC2::SecurityGroup::Id": "sg-0123456789abcdef0",
    "List<AWS::EC2::Subnet::Id>": "subnet-0123456789abcdef0",
}
# Values that parameters look like, from which those that a pattern allows are made.
_SEEDS = (
    "a", "ab", "a1", "Name-1", "name.example", "vpc-0123456789abcdef0", "sg-0123456789abcdef0", "rtb-0123456789abcdef0",
    "ns-abcdefghijklmnop", "ami-0123456789abcdef0", "resolve:ssm:/aws/service/ami", "10.0.0.0/16", "eu-west-1", "key/value",
    "arn:aws:iam::123456789012:role/name", "arn:aws:acm:eu-west-1:123456789012:certificate/1-2",
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/name/0123456789abcdef",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:name-AbCdEf", "v0.5.0", "m5.large", "cx_0123456789abcdef",
)  # fmt: skip
# Names of one part, and of several, in every length.
_LENGTHS = ([length * "a" for length in range(1, 1100)], [(18 * f"{60 * 'a'}.")[:length] for length in range(1, 1100)])
_CHARACTERS = string.printable.strip() + " é\t"


class Expression:
    """A property whose value the template computes."""

    def __init__(self, function: str, argument: Any) -> None:
        self.function, self.argument = function, argument

    def __repr__(self) -> str:
        return f"{self.function} {self.argument}"


class Template:
    def __init__(self, file: Path) -> None:
        self.name = str(file.relative_to(TEMPLATES))
        self._body = _parse_template(file.read_text())
        self._parameters: dict[str, dict] = self._body.get("Parameters", {})
        # What parameters are without a user's word; everything else that `values` gives is made up by their patterns.
        self.own = {
            str(each)
            for parameter in self._parameters.values()
            for each in [parameter.get("Default", ""), *parameter.get("AllowedValues", [])]
        }

    def resources(self) -> Iterator[tuple[str, str, dict]]:
        """(logical id, type, properties) of each resource, once for each way that its conditions can turn."""
        for name, resource in self._body["Resources"].items():
            variants: list[dict] = []
            for choice in itertools.product((1, 2), repeat=2):
                properties = _chosen(resource.get("Properties", {}), choice, 0)
                if repr(properties) not in [repr(each) for each in variants]:
                    variants.append(properties)
            for properties in variants:
                yield name, resource["Type"], properties

    def values(self, value: Any) -> list[str]:
        """What a property's value can be; nothing where only the account or a user could tell."""
        if not isinstance(value, Expression):
            return [str(value).lower() if isinstance(value, bool) else str(value)]
        if value.function == "Ref":
            return self._named(value.argument)
        if value.function == "Fn::Sub":
            return self._substituted(value.argument)
        if value.function == "Fn::FindInMap":
            mapping, _, key = value.argument
            entries = self._body["Mappings"][mapping].values() if isinstance(mapping, str) else []
            return [str(entry[key]) for entry in entries if isinstance(key, str) and key in entry]
        return []

    def _named(self, name: str) -> list[str]:
        return _PSEUDO.get(name) or (self._allowed(self._parameters[name]) if name in self._parameters else [])

    def _allowed(self, parameter: dict) -> list[str]:
        """The default, the allowed values, the longest that the pattern lets in, and a value for each character that it does."""
        found = [str(each) for each in [parameter.get("Default", ""), *parameter.get("AllowedValues", [])]]
        if parameter["Type"] in _TYPED:
            found.append(_TYPED[parameter["Type"]])
        if "AllowedPattern" in parameter:
            allows = re.compile(parameter["AllowedPattern"]).fullmatch
            seeds = [seed for seed in (*_SEEDS, *found) if seed and allows(seed)]
            longer = {seed[:at] + character + seed[at:]
                      for seed in seeds for character in _CHARACTERS for at in (0, len(seed) // 2, len(seed))}  # fmt: skip
            longest = [max((text for text in lengths if allows(text)), key=len, default="") for lengths in _LENGTHS]
            found += seeds + [each for each in sorted(longer) if allows(each)] + longest
        # An empty parameter means "not given": conditions keep it out of resources.
        return [each for each in found if each and len(each) <= parameter.get("MaxLength", len(each))]

    def _substituted(self, argument: Any) -> list[str]:
        text, own = (argument, {}) if isinstance(argument, str) else argument
        names = re.findall(r"\$\{([^}!]+)\}", text)
        choices = []
        for name in names:
            found = self.values(_chosen(own[name], (1, 1), 0)) if name in own else self._named(name)
            if not found:
                return []
            choices.append(found)
        # Each name's every value, the others at their first: all together would be too many.
        rows = [[found[0] for found in choices]]
        for at, found in enumerate(choices):
            rows += [[*rows[0][:at], each, *rows[0][at + 1:]] for each in found[1:]]  # fmt: skip
        return [_filled(text, names, row) for row in rows]


def _filled(text: str, names: list[str], values: list[str]) -> str:
    for name, value in zip(names, values, strict=True):
        text = text.replace(f"${{{name}}}", value)
    return text.replace("${!", "${")


def _chosen(value: Any, choice: tuple[int, ...], depth: int) -> Any:
    """The value with each Fn::If as chosen for its depth, and what else is computed as an Expression."""
    if isinstance(value, list):
        items = [_chosen(each, choice, depth) for each in value]
        return [each for each in items if each is not None]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, argument),) = value.items()
        if value == {"Ref": "AWS::NoValue"}:
            return None
        if name == "Fn::If":
            return _chosen(argument[choice[depth % len(choice)]], choice, depth + 1)
        if name == "Ref" or name.startswith("Fn::"):
            return Expression(name, argument)
    members = {name: _chosen(each, choice, depth) for name, each in value.items()}
    return {name: each for name, each in members.items() if each is not None}
