"""What a cue is: something next to a word in a capital that says it is a private person's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from citewright.privacy.findings import Certainty

REACH = 100
"""Characters before and behind a name in which its cues are sought."""


class Need(Enum):
    """What a name must be for a cue to count."""

    ANY = "any word in a capital"
    SHOWN = "a given name in it, or two words, or no first word of a sentence"
    LIKELY = "a given name in it, or two words"
    GIVEN = "a given name first"


@dataclass(frozen=True)
class Cue:
    """A pattern of the text (in lower case) next to a name, and what it makes of the name."""

    pattern: re.Pattern[str]
    certainty: Certainty
    words: str
    need: Need
    even_cited: bool = False
    also: re.Pattern[str] | None = None
    """What has to stand behind the name as well, of a cue that stands before it."""

    cased: bool = False
    """Whether the pattern is one of the text as written, not in lower case."""


def before(
    pattern: str,
    certainty: Certainty,
    words: str,
    need: Need,
    *,
    even_cited: bool = False,
    also: str = "",
    cased: bool = False,
) -> Cue:
    """A cue that stands before a name; the pattern ends where the name starts."""
    follows = re.compile(also) if also else None
    return Cue(re.compile(rf"(?:{pattern})\Z"), certainty, words, need, even_cited, follows, cased)


def behind(pattern: str, certainty: Certainty, words: str, need: Need) -> Cue:
    """A cue that stands behind a name; the pattern starts where the name ends."""
    return Cue(re.compile(pattern), certainty, words, need)


SURE, MAYBE = Certainty.CERTAIN, Certainty.POSSIBLE

KIN = (
    r"(?:step|half-|grand|god|foster |adoptive |late |ex-|ex |older |younger |elder |eldest "
    r"|youngest"
    r" |oldest |little |big |twin |unborn |newborn |own |teenage |adult |common-law )?(?:kid"
    r"|child|children|son|daughter|wife"
    r"|husband|spouse|partner|mother|father|mom|mum|mommy|mummy|dad|daddy|sister|brother|sibling"
    r"|aunt|auntie"
    r"|uncle|cousin|niece|nephew|grandmother|grandfather|grandma|grandpa|granny|grandson"
    r"|granddaughter|boyfriend"
    r"|girlfriend|fianc[ée]e?|mother-in-law|father-in-law|sister-in-law|brother-in-law|guardian"
    r"|caregiver"
    r"|carer|foster mother|foster father|baby|toddler|infant|twin|roommate|flatmate|landlord"
    r"|landlady)s?"
)
