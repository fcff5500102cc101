"""MiniStack with this package's behaviours: `python -m extension`."""

import os


def main() -> None:
    # MiniStack takes the account's root key from its environment; a developer's own must not become it.
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        os.environ.pop(name, None)
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")

    from ministack import app

    from . import install

    install()
    app.main()


main()
