"""TemplateURL in the form deployers send it: https://BUCKET.s3.REGION.SUFFIX/KEY, the key percent-encoded.

MiniStack takes the first folder of the path for the bucket, which is right for the older form only.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
"""

import re
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from ministack.services.cloudformation.helpers import _p

_VIRTUAL_HOST = re.compile(r"^(?P<bucket>.+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?$")


def by_bucket_host(original: Callable) -> Callable:
    """The reader of template and policy documents, for both forms of an S3 URL."""

    def read(params: dict, body_key: str, url_key: str, label: str) -> tuple:
        parts = urlsplit(_p(params, url_key))
        host = _VIRTUAL_HOST.match(parts.hostname or "")
        if not parts.hostname:
            return original(params, body_key, url_key, label)
        folder = f"/{host['bucket']}" if host else ""
        url = f"https://s3.amazonaws.com{folder}{unquote(parts.path)}"
        return original({**params, url_key: [url]}, body_key, url_key, label)

    return read
