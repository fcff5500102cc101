"""Why a task could not be started, in the words of its stoppedReason.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
"""


class TaskStartError(Exception):
    """The text is the task's stoppedReason, error name included."""

    def __init__(self, error: str, detail: str):
        super().__init__(f"{error}: {detail}")
