"""Names that CloudFormation makes up: where they fit whole, and otherwise as AWS cuts them."""

from extension import generated_names


def _original(stack_name: str, logical_id: str, *, lowercase: bool, max_len: int, seeded: bool) -> str:
    name = f"{stack_name}-{logical_id}-{'S' * 13}"
    return (name.lower() if lowercase else name)[:max_len]


name = generated_names.shortened(_original)


def test_a_load_balancers_name_has_five_characters_of_stack_and_resource() -> None:
    assert name("otel-load-balancer", "NetworkLoadBalancer", max_len=32) == f"otel-Netwo-{'S' * 12}"
    assert name("EC2ContainerService", "EcsElasticLoadBalancer", max_len=32) == f"EC2Co-EcsEl-{'S' * 12}"


def test_a_role_of_a_stack_with_a_long_name_keeps_its_own_and_64_characters() -> None:
    assert name("otel", "TaskExecutionRole", max_len=64) == f"otel-TaskExecutionRole-{'S' * 13}"
    long = name("a-stack-whose-name-is-longer-than-thirty-three", "TaskExecutionRole", max_len=64)
    assert long == f"a-stack-whose-name-is-longer-tha-TaskExecutionRole-{'S' * 13}"
    assert len(long) == 64


def test_other_names_are_as_before() -> None:
    assert name("otel-load-balancer", "Group", max_len=255) == f"otel-load-balancer-Group-{'S' * 13}"
