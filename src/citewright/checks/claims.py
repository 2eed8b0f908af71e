"""What a statement claims, by the words that make it so.

The rules look at words only and read nothing: a statement may claim several things, or none that a
rule knows. ``docs/checks.md`` has the figures they were measured with.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from citewright.checks.numbers import NUMBER_WORD, digit_numbers
from citewright.model.policy import Kind

_OUTCOME = (
    r"(?:symptoms?|depressi(?:on|ve)|anxiety|stress|distress|burn-?out|well-?being|suffering|shame"
    r"|self-(?:criticism|compassion|esteem|harm)|rumination|worry|insomnia|sleep|pain|fatigue|mood"
    r"|anger|loneliness|relapses?|cravings?|resilience|quality\ of\ life|function(?:ing)?"
    r"|disorders?|PTSD|OCD|outcomes?|severity|pulse|blood\ pressure|avoidance|mindfulness"
    r"|coping|grief|alliance|drop-?out|perfectionism|panic|binge\ eating|psychosis|mental\ health)"
)
_CHANGE = (
    r"(?:reduc\w+|lower(?:s|ed|ing)?|decreas\w+|increas\w+|improv\w+|reliev\w+|alleviat\w+|eas(?:es|ed)"
    r"|lessen\w*|ameliorat\w+|enhanc\w+|prevent(?:s|ed|ing)?|diminish\w*|f[ae]ll(?:s|en)?|rose|rises?"
    r"|drop(?:s|ped)|declin\w+|rais(?:es|ed)|strengthen(?:s|ed)|protect(?:s|ed)|help(?:s|ed)|treats"
    r"|worsen(?:s|ed)|benefit(?:s|ed)?|buffer(?:s|ed)?|boost(?:s|ed)|fewer|less|better|higher)"
)
# Words and what is between them share no character, so that no text makes a pattern try long.
_WORDS_BETWEEN = r"(?:\W+\w+){0,8}?\W+"

_PATTERNS: dict[Kind, str] = {
    "efficacy": rf"""
        \b(?:in)?(?:effective(?:ness|ly)?|efficac(?:y|ious))\b
      | \b(?:non-?inferior|superior|outperform(?:s|ed)?|remission|recover(?:ed|y\ rates?))\b
      | \beffect\ sizes?\b | \bsignificant(?:ly)?\s(?:\w+\s){{0,2}}(?:{_CHANGE}|effects?|gains?
        |change)
      | \b(?:gains?|benefits?|effects?|improvements?)\s(?:were|was|are|is)?\s?
        (?:maintained|kept|lasted|held|seen|found|not\ (?:seen|found|maintained))\b
      | \b(?:evidence|empirical(?:ly)?|research)[-\s](?:based\b|supported\b|backed\b|support\b)
      | \b(?:small|modest|moderate|medium|large)(?:\sto\s\w+)?\s(?:effects?|benefits?|gains?)\b
      | \b(?:no|little)\s(?:\w+\s)?(?:effect|benefit|difference|advantage)\b
      | \b(?:predict(?:s|ed)|associated\ with|correlat(?:es?|ed)\ with|linked\ (?:to|with)|links)
        {_WORDS_BETWEEN}{_OUTCOME}\b
      | \b{_CHANGE}{_WORDS_BETWEEN}{_OUTCOME}\b
      | \b{_OUTCOME}\W+(?:\w+\W+){{0,6}}?(?:was|were|is|are|has|have|had)?\s?{_CHANGE}\b""",
    "safety": r"""
        \bcontra-?indicat\w+ | \badverse\b | \bside\ effects? | \bunsafe\b | \bharm(?:s|ful
        |ed)?\b(?<!self-harm)
      | \bcautio(?:n|us|usly|ns)\b | \brisks?\ (?:of|for|that|to|include)\b | \bat\ risk\b
      | \bsuicid\w+ | \bcris[ie]s\b | \bemergenc(?:y|ies)\b | \bpsycho(?:sis|tic)\b
        | \bdestabili[sz]\w+
      | \bdissociat\w+ | \bretraumati\w+ | \bre-?experienc\w+ | \bself-harm\w*
      | \b(?:should|must)\ (?:not|never|stop|be\ (?:stopped|avoided|postponed))\b
      | \bnot\ (?:suitable|suited|safe|recommended|advised|appropriate|a\ substitute)\b
      | \b(?:poorly|un)\ ?suited\b | \boverwhelm(?:ed|ing|s)?\b | \binappropriate\b
        | \bdeteriorat\w+
      | \bpregnan\w+ | \bmedical\ (?:advice|supervision|clearance)\b | \bworsen(?:s|ed|ing)?\b""",
    "definition": r"""
        \b(?:is|are|was|were)\s(?:a|an|the|one)\s(?:\w+\W+){0,7}?
        (?:therap(?:y|ies)|psychotherapy|program(?:me)?|intervention|course|training|technique
        |practice
        |method|approach|treatment|model|modality|skill|capacity|stance|term|process|concept
        |construct
        |workshop|framework|form|kind|type|way|exercise)\b
      | \b(?:means|refers\ to|is\ defined\ as|denotes|is\ called|is\ known\ as|consists\ of
        |comprises)\b
      | \b(?:defined?|defines|defining)\b | \b(?:three|two|four|five
        |six)\s(?:\w+\s)?(?:components|elements|parts)\b
      | ^[A-Z][\w\s()-]{2,40}\s[—–-]\s""",
    "history": r"""
        \b(?:developed|founded|created|originated|introduced|established|designed|co-?developed
        |devised)
        \s(?:\w+\s){0,4}?(?:by|in|at|from)\b
      | \b(?:founders?|originators?|lineage|predecessor|pioneer\w*|grew\ out\ of|traditions?
        |roots)\b
      | \b(?:adapted|derived|modell?ed|drawn|borrow(?:s|ed))\s(?:\w+\s){0,3}?(?:from|on|after)\b
      | \b(?:first|originally)\s(?:\w+\s)?(?:taught|published|described|tested|used|presented
        |held|offered)\b
      | \b(?:in|since|during)\s(?:the\s)?(?:early\s|late\s|mid-?)?(?:1[89]|20)\d\d(?:s\b)?""",
    "technique": r"""
        \b(?:exercise|meditation|practice|technique|homework|journal|letter|role-?play|body\ scan
        |breathing\ space|diary|worksheet)s?\b.*\b(?:ask\w*|invit\w+|guid\w+|instruct\w*|writ\w+
        |notic\w+
        |imagin\w+|list\w*|plac\w+|repeat\w*|record\w*|teach\w*|taught|learn\w*|encourag\w+)
      | \b(?:clients?|patients?|participants?|members?|they)\s(?:are|is)\s
        (?:asked|invited|guided|encouraged|taught|instructed|told|shown)\b
      | \b(?:clinicians?|therapists?|teachers?|facilitators?)\s(?:\w+\s)?
        (?:asks?|invites?|guides?|teach(?:es)?|instructs?|leads?|demonstrates?|models?|sets?
        |normali[sz]es?|slows?)\b
      | \b(?:sessions?|steps?)\b.*\b(?:begins?|opens?|includes?|ends?|cover|covers|closes?)\b
      | \b(?:formal|informal|guided)\s(?:\w+\s)?(?:meditations?|practices?|exercises?)\b""",
    "mechanism": r"""
        \bmechanisms?\b | \bmediat\w+ | \bby\s(?:\w+ing)\s(?:\w+\s){1,6}?(?:it|they|clients?
        |people)\b
      | \b(?:works?|act(?:s|ing)?|operates?)\s(?:by|through|via)\b | \bthought\ to\b | \bactivat\w+
      | \b(?:replac|counter|loosen|interrupt|decoupl|disrupt|soften|dissolv)\w*\s(?:\w+\W+){0,4}?\w+
        (?:ism|ing|ion|ment|ance|ame|ance|ety|itic|ness|cycle|loop|beliefs?|habits?)\b
      | \bproposed\s(?:\w+\s)?(?:pathway|process|mechanism)""",
    "indication": r"""
        \bindicated\b(?<!contraindicated) | \bsuitable\ for\b | \b(?:designed|intended|meant
        |used|offered|developed|recommended|adapted)\s
        (?:\w+\s){0,3}?(?:for|with)\s(?:\w+\W+){0,3}?(?:people|adults|clients|patients|adolescents
        |children|teens|caregivers|carers|clinicians|professionals|veterans|survivors|students
        |couples
        |families|parents|women|men|groups|the\ general\ public|communit\w+|nurses|populations?)\b
      | \b(?:adjunct|complement)\s(?:to|for)\b | \bfirst-line\b | \btarget\ population\b
        | \bindications?\b""",
    "training": r"""
        \bcertif(?:y|ied|icat\w+)\b | \b(?:teacher|therapist|instructor|clinician)[-\s]training\b
      | \btrained\ (?:teachers?|instructors?|facilitators?|clinicians?|therapists?)\b
        | \baccredit\w+
      | \bcredential\w* | \bpracticum\b | \bprerequisites?\b | \bsupervised\ (?:practice
        |teaching|hours)\b
      | \blicen[sc]ed\b | \bscope\ of\ practice\b | \bcontinuing\ education\b""",
    "reflection": r"\?\W*$",
}  # fmt: skip
_COMPILED = {
    kind: re.compile(pattern, re.IGNORECASE | re.VERBOSE) for kind, pattern in _PATTERNS.items()
}

# Figures in words. "Half a day" and "two components" are no statistics: what counts is a share,
# a ratio or a percentage.
_SHARE = re.compile(
    rf"""
      \b(?:half|halves)\s(?:of|the|as|that|those|all)\b
    | \b(?:about|around|nearly|almost|over|under|roughly|some|by|than|to|at\ least
        |up\ to)\s(?:a\ |one[-\s])?half
        (?!\s(?:an?\s)?(?:hour|day|year|month|week)|-)\b
    | \b(?:a|one)[\s-](?:third|quarter|fifth|tenth)\s(?:of|as|more|less|fewer)\b
    | \bby\s(?:a|one)[\s-](?:third|quarter|fifth|tenth)\b
    | \b(?:two|three|four|five)[\s-](?:thirds|quarters|fifths|tenths)\b
    | \b(?:doubl|tripl|trebl|quadrupl|halv)(?:e|ed|es|ing)\b(?!\s(?:\w+\s)?(?:blind|bind
        |chair))(?!-)
    | \b(?:twice|thrice|(?:two|three|four|five|ten)\stimes)\sas\b
        | \b\w+-?fold\b(?<!scaffold)(?<!unfold)(?<!manifold)
    | \b(?:{NUMBER_WORD})[-\s](?:per\s?cent(?:age)?|percentage\spoints?)\b
    | \b(?:{NUMBER_WORD})\s(?:in|out\ of|of\ every)\s(?:every\s)?(?:{NUMBER_WORD}|a\ hundred)\b
    | [¼½¾⅐-⅞]
    | \b(?:the\ )?(?:vast\ )?majority\ of\s(?:the\s)?(?:participants|patients|clients|people
        |trials|studies)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


READ = 1024
"""Statements whose claims are kept: several checks ask for those of one, one after the other."""


class Claim(NamedTuple):
    """A kind of claim, and the words of the statement that make it one."""

    kind: Kind
    words: tuple[str, ...]


@lru_cache(maxsize=READ)
def claims_of(text: str) -> tuple[Claim, ...]:
    """What a statement claims, in a fixed order of kinds; empty where no rule knows."""
    found = [Claim("statistic", words) for words in (statistics(text),) if words]
    for kind, pattern in _COMPILED.items():
        words = tuple(_shown(match[0]) for match in pattern.finditer(text))
        if words:
            found.append(Claim(kind, words))
    return tuple(found)


def statistics(text: str) -> tuple[str, ...]:
    """The figures of a statement: numbers in digits, then shares, ratios and percentages in words.

    Digits within names (``COVID-19``) and plain counts in words (``three parts``) are none.
    """
    return (*sorted(digit_numbers(text)), *worded_statistics(text))


def worded_statistics(text: str) -> tuple[str, ...]:
    """The shares, ratios and percentages that a statement gives in words."""
    return tuple(_shown(match[0]) for match in _SHARE.finditer(text))


def _shown(words: str) -> str:
    return " ".join(words.split())
