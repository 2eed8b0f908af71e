"""One canonical JSON and one tagged hash, from which everything stored can be derived anew.

The form follows RFC 8785 (JSON Canonicalization Scheme) for the values that documents hold:
objects with string keys in code-unit order, arrays, strings, integers, booleans and null.
Floating-point numbers are refused, since their text differs between writers; amounts and scores
are decimal strings.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel

# A recursive alias would need Python 3.12's `type` statement.
Json = dict[str, Any]
"""A JSON object as Python holds it."""

_PLAIN = frozenset({str, int, bool, type(None)})


def canonical_json(value: object) -> bytes:
    """The one byte string of a JSON value.

    :raises TypeError: for a float, or for anything that JSON does not have.
    """
    _refuse_floats(value)
    # RFC 8785, 3.2.3 sorts by UTF-16 code units; Python sorts by code points. They differ only
    # beyond the basic plane, and every key of ours is ASCII, which _refuse_floats checks.
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def _refuse_floats(value: object) -> None:
    # Without recursion, by exact types first, and each key once: a document has thousands of
    # values, and a site reads thousands of documents.
    known: set[str] = set()
    left = [value]
    while left:
        found = left.pop()
        if isinstance(found, dict):
            if not found.keys() <= known:
                for key in found:
                    if not (isinstance(key, str) and key.isascii()):
                        raise TypeError(
                            f"a canonical document's keys are ASCII strings, not {key!r}"
                        )
                known |= found.keys()
            left += [one for one in found.values() if type(one) not in _PLAIN]
        elif isinstance(found, list | tuple):
            left += [one for one in found if type(one) not in _PLAIN]
        elif not isinstance(found, str | int | None):
            raise TypeError(f"a canonical document cannot hold {type(found).__name__} {found!r}")


def bytes_digest(data: bytes) -> str:
    """``sha256:…`` of the bytes themselves, as ``sha256sum`` prints it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def tagged_digest(tag: str, value: object) -> str:
    """``sha256:…`` of a tag and a JSON value's canonical form.

    The tag (such as ``citewright/version/1``) keeps two kinds of document with equal content
    from having one name.
    """
    return digest_of(tag, canonical_json(value))


def digest_of(tag: str, canonical: bytes) -> str:
    """:func:`tagged_digest` of a value whose canonical form is at hand."""
    return bytes_digest(tag.encode() + b"\0" + canonical)


def dump(model: BaseModel) -> Json:
    """A model as the JSON value that is stored and hashed."""
    plain: Json = model.model_dump(mode="json", by_alias=True, exclude_none=False)
    return plain
