"""Sessions of task and execution roles, which MiniStack's IAM enforcement (AUTH=true) then goes by.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
"""

import secrets
import string
from dataclasses import dataclass

from ministack.core.responses import get_account_id
from ministack.services import iam, sts

from .patching import require

_ALPHABET = string.ascii_uppercase + "234567"


@dataclass(frozen=True)
class Session:
    access_key: str
    secret_key: str
    token: str

    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_SESSION_TOKEN": self.token,
        }


def install() -> None:
    require(sts, register_session=("access_key", "session"), _role_id=("role_arn",))


def find_role(reference: str) -> dict | None:
    """The record of a role by its ARN or its short name."""
    return iam._roles.get(reference.rsplit("/", 1)[-1])


def role_arn(reference: str) -> str:
    """The ARN of a role that a task definition gives by its ARN or its short name."""
    if reference.startswith("arn:"):
        return reference
    role = find_role(reference)
    return role["Arn"] if role else f"arn:aws:iam::{get_account_id()}:role/{reference}"


def assume(reference: str, session_name: str) -> Session:
    """A session of the role, by ARN or short name, as ECS makes for a task: it lasts until it is ended."""
    role = role_arn(reference)
    account = role.split(":")[4]
    session = Session(
        access_key="ASIA" + "".join(secrets.choice(_ALPHABET) for _ in range(16)),
        secret_key=secrets.token_urlsafe(30),
        token=secrets.token_urlsafe(90),
    )
    sts.register_session(
        session.access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role.rsplit('/', 1)[-1]}/{session_name}",
            "UserId": f"{sts._role_id(role)}:{session_name}",
            "SecretAccessKey": session.secret_key,
            "SessionToken": session.token,
            "AccountId": account,
            "PrincipalType": "AssumedRole",
        },
    )
    return session


def end(session: Session) -> None:
    sts._sessions.pop(session.access_key, None)
