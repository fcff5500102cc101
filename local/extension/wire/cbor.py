"""CBOR of Smithy's RPC v2 (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html), by botocore's own parser."""

from typing import Any

from botocore.parsers import ResponseParserError, RpcV2CBORParser


class Unreadable(ValueError):
    """A body that is no CBOR."""


def decode(body: bytes) -> Any:
    parser = RpcV2CBORParser()
    try:
        return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))
    except (ResponseParserError, ValueError, IndexError) as error:
        raise Unreadable(str(error)) from error


def encode_texts(members: dict[str, str]) -> bytes:
    """A map of texts, which is all that an error needs."""
    parts = [bytes([0xA0 | len(members)])]
    for name, value in members.items():
        parts += [_text(name), _text(value)]
    return b"".join(parts)


def _text(value: str) -> bytes:
    data = value.encode()
    return b"\x7a" + len(data).to_bytes(4, "big") + data
