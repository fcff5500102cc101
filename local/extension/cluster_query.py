"""The part of the cluster query language that placement constraints and filters here use.

`<subject> == value`, `!= value`, `in [a, b]`, `not_in [a, b]`, `=~ regex`, `exists`, joined by `and` / `or`, with
`not(…)` and parentheses. Subjects: ec2InstanceId, agentConnected, attribute:<name>.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html
"""

import re
from collections.abc import Callable

Matcher = Callable[[dict], bool]

_TOKENS = re.compile(r"\s*(?:(==|!=|=~|!~|[()\[\],!])|'([^']*)'|\"([^\"]*)\"|([^\s()\[\],=!~'\"]+))")


class QueryError(ValueError):
    """An expression this parser does not understand."""


def parse(expression: str) -> Matcher:
    """A function that tells whether a container instance satisfies the expression."""
    parser = _Parser(expression)
    matcher = parser.any_of()
    if parser.peek() is not None:
        raise QueryError(f"Invalid expression: {expression}")
    return matcher


class _Parser:
    def __init__(self, expression: str):
        self._expression = expression
        self._tokens: list[tuple[str, bool]] = []  # (text, is a quoted or bare word)
        at = 0
        while expression[at:].strip():
            found = _TOKENS.match(expression, at)
            if not found:
                raise QueryError(f"Invalid expression: {expression}")
            symbol, single, double, bare = found.groups()
            word = next((text for text in (single, double, bare) if text is not None), None)
            self._tokens.append((symbol, False) if word is None else (word, True))
            at = found.end()

    def peek(self) -> str | None:
        return self._tokens[0][0] if self._tokens else None

    def take(self, expected: str | None = None) -> str:
        if not self._tokens or (expected is not None and self._tokens[0][0] != expected):
            raise QueryError(f"Invalid expression: {self._expression}")
        return self._tokens.pop(0)[0]

    def any_of(self) -> Matcher:
        parts = [self.all_of()]
        while self.peek() == "or":
            self.take()
            parts.append(self.all_of())
        return lambda instance: any(part(instance) for part in parts)

    def all_of(self) -> Matcher:
        parts = [self.term()]
        while self.peek() == "and":
            self.take()
            parts.append(self.term())
        return lambda instance: all(part(instance) for part in parts)

    def term(self) -> Matcher:
        if self.peek() in ("not", "!"):
            self.take()
            inner = self.term()
            return lambda instance: not inner(instance)
        if self.peek() == "(":
            self.take()
            inner = self.any_of()
            self.take(")")
            return inner
        return self.comparison()

    def comparison(self) -> Matcher:
        subject, operator = _known(self.take(), self._expression), self.take()
        if operator == "exists":
            return lambda instance: _value(instance, subject) is not None
        if operator in ("in", "not_in"):
            values = self.values()
            return lambda instance: (_value(instance, subject) in values) == (operator == "in")
        value = self.take()
        if operator in ("==", "!="):
            return lambda instance: (_value(instance, subject) == value) == (operator == "==")
        if operator in ("=~", "!~"):
            pattern = re.compile(value)
            return lambda instance: bool(pattern.search(_value(instance, subject) or "")) == (operator == "=~")
        raise QueryError(f"Invalid expression: {self._expression}")

    def values(self) -> set[str]:
        self.take("[")
        values = {self.take()}
        while self.peek() == ",":
            self.take()
            values.add(self.take())
        self.take("]")
        return values


def _known(subject: str, expression: str) -> str:
    if subject in ("ec2InstanceId", "agentConnected") or subject.startswith("attribute:"):
        return subject
    raise QueryError(f"Invalid expression: {expression}")


def _value(instance: dict, subject: str) -> str | None:
    if subject == "ec2InstanceId":
        return instance["ec2InstanceId"]
    if subject == "agentConnected":
        return str(instance["agentConnected"]).lower()
    name = subject.removeprefix("attribute:")
    return next((entry.get("value", "") for entry in instance["attributes"] if entry["name"] == name), None)
