"""What a section is about: its words, the claims it wants, and how passages answer to that.

The words of a text are compared by their first letters (:data:`STEM`), which takes plural, tense
and most suffixes off at once. What kind of claim a sentence makes is told by its wording
(:data:`CUES`): a sentence may share many words with a section on origins and yet tell no origin.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from citewright.drafting.ports import SectionTask
from citewright.model.brief import ClaimKind, SectionSpec
from citewright.model.evidence import Passage

STEM = 6
"""Letters of a word that count: "mindfulness" is "mindful", "therapies" is "therapy"."""

ABOUT = 0.2
"""Share of a source's passages naming the subject from which on the source is about it."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = frozenset(
    "the and for that with are was were from this which has have had been not but its also can "
    "may than their they these those such into when who whom what where will would could should "
    "between among after before during about more most other some any each both very".split()
)


def stems(text: str) -> set[str]:
    """The words of a text that carry meaning, each cut to its first :data:`STEM` letters."""
    return {word[:STEM] for word in _WORD.findall(text.casefold()) if word not in _COMMON}


GENERIC = frozenset(
    stems(
        "based program training therapy treatment intervention approach model practice "
        "psychotherapy counselling"
    )
)
"""Words of titles that name no subject."""


def weights(passages: Iterable[Passage]) -> dict[str, float]:
    """Inverse document frequency, smoothed as in BM25 (Robertson and Zaragoza 2009, 3.1)."""
    held = [stems(f"{passage.text} {passage.heading}") for passage in passages]
    counts = Counter(stem for one in held for stem in one)
    total = len(held)
    return {stem: math.log(1 + (total - n + 0.5) / (n + 0.5)) for stem, n in counts.items()}


def subject(task: SectionTask) -> set[str]:
    """The words that name what the article is about: its title's, and its abbreviations.

    An abbreviation is made of the first letters of at least three words from the title's first on.
    """
    title = task.brief.title
    words = [word for word in re.findall(r"[^\W\d_]+", title.casefold()) if stems(word)]
    initials = "".join(word[0] for word in words)
    short = {initials[:end] for end in range(3, min(len(initials), STEM) + 1)}
    return (stems(title) - GENERIC) | short


def on_topic(task: SectionTask) -> Callable[[Passage], bool]:
    """Whether a passage is about the article's subject: it or its source names it.

    A source names the subject where a share of :data:`ABOUT` of its passages holds a word of the
    article's title. Of other sources only passages that do so themselves are quoted: a paper on
    another therapy may fit a section's words very well.
    """
    sought = subject(task)

    def names_it(passage: Passage) -> bool:
        return not sought or bool(sought & stems(f"{passage.text} {passage.heading}"))

    shares: dict[str, list[bool]] = {}
    for passage in task.shared:
        shares.setdefault(passage.source, []).append(names_it(passage))
    about = {key for key, named in shares.items() if sum(named) >= ABOUT * len(named)}
    return lambda passage: passage.source in about or names_it(passage)


def headed(passage: Passage, spec: SectionSpec, *, noted: bool) -> bool:
    """Whether a passage stands under the section's own name.

    :param noted: it comes from notes, whose headings may name a part of a section's subject.
    """
    title, heading = stems(spec.title), stems(passage.heading)
    whole = min(len(title), len(heading)) if noted else len(title)
    return len(title & heading) * 2 > whole


_PEOPLE = (
    r"\b(?:patients?|people|persons|individuals|adults|child\w*|adolescents?|youth|women|men|"
    r"mothers|parents|students|veterans|survivors|caregivers|clients|workers|employees|"
    r"professionals|couples|famil(?:y|ies)|population|public|disorders?|symptoms)\b"
)
_STAFF = (
    r"\b(?:therapists?|clinicians?|counsell?ors?|teachers?|trainers?|instructors?|practitioners?|"
    r"facilitators?|psychologists?|professionals?|providers?)\b"
)

LIMITS = re.compile(
    r"\blimit(?:ed|ation|ing)|\bcaution|generali[sz]ab|generali[sz]ed to|small sample|sample size|"
    r"\bbias|self-report|(?:further|future|more) (?:research|stud|trial|work)|no evidence|"
    r"lack(?:ed|s)? (?:of )?|underpowered|cannot (?:show|be|tell)|not (?:allow|possible|known|"
    r"clear|evidence)|unclear|unknown|remains? to be|uncontrolled",
    re.IGNORECASE,
)
"""Wording of what the evidence does not show."""

FINDING = re.compile(
    r"\b(?:signific\w+|effective\w*|efficac\w+|improve\w*|(?<!stress )(?<!stress-)reduc\w+|"
    r"decreas\w+|increas\w+|lower\w*|"
    r"superior|inferior\w*|differen\w+|associat\w+|correlat\w+|remission|gains?|maintain\w*|"
    r"meta-analys[ei]s|systematic review|effect sizes?|beneficial|outperform\w*|rose|fell)\b",
    re.IGNORECASE,
)
"""Wording of a result."""


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


def _both(one: str, other: str) -> re.Pattern[str]:
    return re.compile(rf"(?=.*{one})(?=.*{other})", re.IGNORECASE | re.DOTALL)


CUES: dict[ClaimKind, re.Pattern[str]] = {
    "definition": _any(
        r"(?:is|are) (?:an?|the|any)\b|consists?\b|comprises?\b|refers?\b|defined\b|known as|"
        r"compris|contains?\b|combines?\b|integrates?\b|includes?\b|involves?\b|designed\b|"
        r"aims?\b|based on|focus(?:es)? on|differs?\b|distin|as opposed|emphasi[sz]es?\b|"
        r"formats?\b|"
        r"elements?\b|components?\b|principles?\b"
    ),
    "history": _any(
        r"developed\b|introduced (?:by|in)\b|found(?:ed|er)|originat|origins?\b|root(?:s|ed)\b|"
        r"deriv|"
        r"populari[sz]|pioneer|first (?:described|proposed|published|used|formulated)|grew out|"
        r"adapted from|tradition|buddhis|inspired|created|creators?\b|influenced|lineage|modell?ed"
    ),
    "mechanism": _any(
        r"mechanisms?\b|mediat|by \w+ing\b|leads? to|enabl|allows?\b|helps?\b|process|theor|"
        r"hypothesi|principles?\b|assum|propos|postulat|aims? (?:to|at)|in order to|so that|underl|"
        r"targets?\b|focus(?:es)? on|replac|counter|promot|foster|strengthen|encourag|based on|"
        r"maintain"
    ),
    "technique": _any(
        r"exercises?\b|practi[cs]|techni|homework|taught|teach|learn|instruct|guid|skills?\b|"
        r"steps?\b|role.?play|exposure|restructur|diar(?:y|ies)|breath|meditat|experiments?\b|"
        r"rehears|monitoring|schedul|assign|imagery|imagin|worksheets?|relaxation|writing|letter"
    ),
    "efficacy": re.compile(rf"{FINDING.pattern}|{LIMITS.pattern}", re.IGNORECASE),
    "safety": _any(
        r"advers\w* (?:\w+ )?(?:events?|effects?|reactions?|outcomes?|experiences?)|harm|"
        r"risks? (?:of|for) (?:harm|relapse|drop-?out|suicid\w*|self)|safety(?! behavio)|"
        r"safe(?:ly)?\b|contraindic|suicid|caution|"
        r"deteriorat|worsen|drop-?outs?\b|overwhelm|dissociat|psychos[ie]s|psychotic|cultur|"
        r"ethnic|minorit|religio|stigma|cris[ie]s|unsuitable|side effects?|oppress|not (?:be )?"
        r"(?:suitable|appropriate|recommended|effective)"
    ),
    "indication": _both(
        _PEOPLE,
        r"\b(?:suit|indicat|recommend|design|effective|efficac|appropriate|useful|applied|used|"
        r"develop|adapt|offered|benefi|help|treat|address|open to|for the|for people|with people|"
        r"audience|problems?)",
    ),
    "training": _both(
        _STAFF, r"\b(?:train|certif|qualif|accredit|supervis|licen[sc]|competen|credential|degree)"
    ),
}
"""How a claim of each kind is worded; of the kinds that are missing none can be quoted."""

_IDEA = r"(?:belief|idea|notion|assumption|worry|charge|view|concern)s?"
MISCONCEPTION = re.compile(
    r"\bmyths?\b|\bmisconce|\bmisunderst|\bmistaken\b|\b(?:is|be|common) a? ?mistake\b|"
    r"\bmistakenly\b|\bmisread|\bmispercei|"
    r"\bmisuse\b(?! of)|\bcontrary to (?:popular|common)|\bwrongly\b|\bfallac|"
    r"\b(?:often|commonly|easily|widely) (?:thought|assumed|believed|confused|equated|mistaken)|"
    r"\bconfused with|\bnot (?:be )?(?:the same as|synonymous|confused|equated)|"
    rf"\b(?:mistaken|common|false|popular|erroneous|widespread) {_IDEA}|"
    rf"\b(?:oppos|refut|reject|challeng|contradict|disprov|speaks? against|against)\w* the {_IDEA}|"
    rf"\bthe {_IDEA} that\b.*\b(?:refut|oppos|unfounded|undermin|not bear|mistaken|incorrect)",
    re.IGNORECASE,
)
"""Wording of a mistaken idea."""


OWNED: dict[ClaimKind, re.Pattern[str]] = {
    "safety": _any(
        r"advers\w* (?:events?|effects?|reactions?)|contraindic|suicid|self-harm|deteriorat|"
        r"worsen|harm(?:ful|s|ed)?\b|side effects?|"
        r"safety(?! behavio)|unsafe|re-?traumati[sz]|dissociat|exclusion criteria"
    ),
    "efficacy": _any(
        r"significan\w+|improved\b|reduced\b|decreased\b|increased\b|lowered\b|superior|"
        r"non-?inferior|maintained\b|meta-analy|systematic review|effect sizes?|remission|"
        r"differences? between|gains\b|outperform|limitations?\b|(?:small|larger) samples?|"
        r"(?:research|evidence|stud(?:y|ies)|results|findings|trials?|data|reviews?) (?:\w+ ){0,2}"
        r"(?:suggest|show|support|indicate|demonstrate|found|reveal)|beneficial|"
        r"benefits (?:of|for)|"
        r"(?:reduction|improvement|decrease|increase)s? (?:in|of)\b|efficac|cost.effective|"
        r"with caution|generali[sz]ab|control group|follow-up|"
        r"randomi[sz]ed (?:controlled )?trials?|"
        r"(?:future|further|more) (?:research|stud(?:y|ies)|trials?)\b"
    ),
    "training": CUES["training"],
    "history": _any(
        r"(?:originally|first|initially|was|were|been) developed\b|developed by|founder|founded|"
        r"originat|derives? from|populari[sz]|pioneer|introduced by|roots? in"
    ),
}
"""How a claim is worded that only sections for its kind quote, the first of these kinds first.

Sections are drafted side by side and do not see each other. These claims each have one place, so
that a section for them may look for them in all passages without repeating what another quotes.
"""


def owner(text: str) -> ClaimKind | None:
    """The kind of claim whose sections alone may quote a sentence; none for most."""
    return next((kind for kind, cue in OWNED.items() if cue.search(text)), None)


def claims(text: str, spec: SectionSpec) -> int:
    """How many words of a sentence tell a claim of a kind that the section wants; 0 for none.

    A section that names no kind takes any claim.
    """
    if "misconc" in spec.title.casefold():
        return len(MISCONCEPTION.findall(text))
    wanted = [CUES[kind] for kind in spec.claims if kind in CUES]
    return max((_count(cue, text) for cue in wanted), default=1)


@lru_cache(maxsize=1 << 15)
def _count(cue: re.Pattern[str], text: str) -> int:
    # A sentence is weighed for each section, and twice.
    return len(cue.findall(text))
