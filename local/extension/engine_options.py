"""What an instance's user data tells its Docker daemon: the default options of the json-file driver.

https://docs.docker.com/engine/logging/configure/ and, where user data goes,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html
User data is not run here. The JSON object is taken from it that follows the first mention of /etc/docker/daemon.json
(a here-document), or stands before it on the same line (`echo '{…}' > /etc/docker/daemon.json`).
"""

import json
import re

_FILE = "/etc/docker/daemon.json"


def log_options(user_data: str) -> dict[str, str]:
    """The `log-opts` of the daemon's configuration; none when its default driver is not json-file."""
    configuration = _configuration(user_data)
    options = configuration.get("log-opts")
    if configuration.get("log-driver", "json-file") != "json-file" or not isinstance(options, dict):
        return {}
    return {str(key): str(value) for key, value in options.items()}


def effective(log_configuration: dict | None, defaults: dict[str, str]) -> dict[str, str]:
    """Options of a container's json-file driver: its own, and the daemon's where it has none."""
    return {**defaults, **((log_configuration or {}).get("options") or {})}


def attributes(options: dict[str, str], labels: dict[str, str]) -> dict[str, str]:
    """`attrs` of each line: the labels that the option `labels` names and the container has.

    https://docs.docker.com/engine/logging/drivers/json-file/#options
    """
    wanted = [name.strip() for name in options.get("labels", "").split(",")]
    return {name: labels[name] for name in wanted if name in labels}


def _configuration(user_data: str) -> dict:
    before, mention, after = user_data.partition(_FILE)
    if not mention:
        return {}
    same_line = before.rsplit("\n", 1)[-1]
    # A test such as `[ -e /etc/docker/daemon.json ] ||` mentions it too: what follows is what is written.
    for text in (same_line, after):
        for brace in re.finditer(r"\{", text):
            try:
                found, _ = json.JSONDecoder().raw_decode(text, brace.start())
            except ValueError:
                # Not JSON but the shell's, such as ${VARIABLE}.
                continue
            return found
    return {}
