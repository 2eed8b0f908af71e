"""What all values of the model share: immutability, and the types of their plainest parts."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

# Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt, UAX 44): bidirectional marks,
# joiners, fillers, variation selectors and tags. In a quotation, a title or a statement they make
# what is read differ from what is stored (Unicode TR 36, section 3).
_IGNORABLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
INVISIBLE = frozenset(chr(code) for low, high in _IGNORABLE for code in range(low, high + 1))
PROHIBITED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's general categories that no plain text holds."""


class Value(BaseModel):
    """A plain immutable value; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


def _plain(text: str) -> str:
    # Printable ASCII is in form C and holds nothing prohibited; most texts are.
    simple = text.isascii() and text.isprintable()
    if not simple and text != unicodedata.normalize("NFC", text):
        raise ValueError(f"text is not in Unicode's normal form C: {text[:60]!r}")
    if text != text.strip():
        raise ValueError(f"text begins or ends with white space: {text[:60]!r}")
    for char in "" if simple else dict.fromkeys(text):
        if char in INVISIBLE or unicodedata.category(char) in PROHIBITED:
            raise ValueError(
                f"text holds the prohibited character U+{ord(char):04X}: {text[:60]!r}"
            )
    return text


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a time needs its zone: {moment!r}")
    return moment.astimezone(UTC)


def _iso(moment: datetime) -> str:
    # isoformat leaves the fraction out where it is zero, and takes a third of strftime's time.
    return moment.isoformat().replace("+00:00", "Z")


Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
"""A sha256, named as such."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=100)]
"""ASCII words joined by hyphens: what names an article, a source, a section."""

PlainText = Annotated[str, StringConstraints(min_length=1), AfterValidator(_plain)]
"""Text that reads as it is stored: NFC, no control or invisible characters, never empty."""

UtcTime = Annotated[datetime, AfterValidator(_utc), PlainSerializer(_iso, return_type=str)]
"""A moment in UTC, written as RFC 3339 with ``Z``."""

Usd = Annotated[
    Decimal,
    Field(ge=0),
    PlainSerializer(lambda amount: format(amount, "f"), return_type=str),
]
"""An amount in US dollars, written as a decimal string: documents hold no floating-point number."""


def clean_text(text: str) -> str:
    """Foreign text made fit to be a :data:`PlainText`.

    NFC; invisible, control, unassigned and private characters dropped; runs of white space made
    one space. May return an empty string.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        char
        for char in unicodedata.normalize("NFC", text)
        if char.isspace() or not (char in INVISIBLE or unicodedata.category(char) in PROHIBITED)
    )
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))
