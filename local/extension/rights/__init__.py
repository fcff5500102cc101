"""Authorisation as AWS does it beyond MiniStack's own check of each request.

    request ──► MiniStack's enforce: action on resource ──► requests.py: iam:PassRole and the rights to tag
                      └─ stack operation ──► principal.py: the caller, or the service role, is kept
                                                └─ each resource handler ──► handlers.py asks for its permissions
    every question, whoever asks it ──► record.py

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html
"""

from . import requests


def install() -> None:
    requests.install()
