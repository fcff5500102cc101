"""Names that CloudFormation makes up where a template gives none, cut to what the service takes.

`STACK-LOGICALID-SUFFIX`. Where that is too long for a role the stack's name gives way; the names of load balancers and
target groups have five characters of each: AWS's own example is `app/EC2Co-EcsEl-1TKLTMITMM0EO`.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
"""

from collections.abc import Callable

_BALANCER = 32
_ROLE = 64
_SHORT = 5
_SUFFIX = 13


def shortened(original: Callable[..., str]) -> Callable[..., str]:
    """MiniStack's names, which it cuts only before the suffix."""

    def name(stack_name: str, logical_id: str, *, lowercase: bool = False, max_len: int = 128, seeded: bool = True) -> str:
        full = original(stack_name, logical_id, lowercase=lowercase, max_len=1024, seeded=seeded)
        if max_len == _BALANCER:
            stack, resource, suffix = stack_name[:_SHORT], logical_id[:_SHORT], full[-_SUFFIX:-1]
            short = "-".join((stack.rstrip("-"), resource, suffix))
            return short.lower() if lowercase else short
        if max_len != _ROLE or len(full) <= max_len:
            return original(stack_name, logical_id, lowercase=lowercase, max_len=max_len, seeded=seeded)
        rest = full[len(stack_name) :]
        return full[: max(max_len - len(rest), 1)] + rest[: max_len - 1]

    return name
