"""The regular expressions of AWS's models, which are Java's, in Python's words.

The differences that occur: Unicode properties (`\\p{L}`), surrogate pairs for what lies beyond 16 bits, a range that ends
in a class (`\\w-_`, where Java takes the hyphen as itself), and `\\w` and `\\d` that mean ASCII alone.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby

_SURROGATES = r"\uD800\uDC00-\uDBFF\uDFFF"
_BEYOND = r"\U00010000-\U0010FFFF"


class Untranslatable(ValueError):
    """A pattern that Python cannot read even so."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern; a value must match it whole, as AWS's validation has it."""
    text = pattern.replace(_SURROGATES, _BEYOND).replace(r"\p{ASCII}", r"[\x00-\x7F]")
    text = re.sub(r"\\p\{(\w+)\}", lambda found: _property(found[1]), text)
    text = re.sub(r"(\\[wdsWDS])-(?=[^\]])", r"\1\\-", text)
    try:
        return re.compile(text, re.ASCII)
    except re.error as error:
        raise Untranslatable(f"{pattern}: {error}") from error


@cache
def _property(name: str) -> str:
    """The characters of a Unicode category as the inside of a class. Beyond 16 bits every one is taken for a letter."""
    points = [point for point in range(0x10000) if unicodedata.category(chr(point)).startswith(name)]
    ranges = []
    for _, group in groupby(enumerate(points), key=lambda pair: pair[1] - pair[0]):
        members = [point for _, point in group]
        ranges.append(f"\\u{members[0]:04X}-\\u{members[-1]:04X}")
    return "".join(ranges) + (_BEYOND if name == "L" else "")
