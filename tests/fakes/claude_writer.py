"""The obedient model of the loopback server: it drafts from the passages in the prompt, by rule.

Its quotes are exact stretches of the passages and its sentences say what they say, in pieces
short enough for the copy limit, so that what it writes passes honest checks. It is deterministic:
the same prompt gives the same draft, another section other sentences.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fakes import claude_judge
from fakes.claude_instance import instance

_SOURCE = re.compile(
    r'<source-(?P<fence>[0-9a-f]{12}) key="(?P<key>[^"]+)">'
    r"\nReference: [^\n]*\nTier: (?P<tier>T\d)"
    r".*?</source-(?P=fence)>",
    re.DOTALL,
)
_PASSAGE = re.compile(
    r'<passage-(?P<fence>[0-9a-f]{12}) key="(?P<key>[^"]+)">\n'
    r"Under the heading: [^\n]*\nText: (?P<text>[^\n]*)\n</passage-(?P=fence)>"
)
_STATEMENT = re.compile(
    r'<statement-(?P<fence>[0-9a-f]{12}) key="(?P<key>[^"]+)">\n'
    r"(?P<text>[^\n]*)\n</statement-(?P=fence)>"
)
_FIELD = re.compile(
    r"^(Section|Id|Kind|Forms it may take|Tiers that may be cited in it|Statements tagged llm): "
    r"(.+)$",
    re.MULTILINE,
)
_SUGGESTED = re.compile(r"keys of the sources that were fetched for it:\n+((?:- `[^`\n]+`\n+)+)")
_OFFERED = re.compile(r"^- (p-[0-9a-f]{16})$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_PIECE = 8
_SMALL = frozenset("a an the in on at for of to it this these each no some many most one".split())
_OPENINGS = ("According to the source,", "As the source puts it,", "By this account,")
_JOINTS = (" – so the source – ", " (again in its terms) ", ", it says, ")

Quote = tuple[str, str]
"""A passage's key and a sentence of it."""


@dataclass(frozen=True)
class Prompt:
    """What the model reads in a request."""

    id: str
    title: str
    kind: str
    blocks: tuple[str, ...]
    llm: bool
    passages: dict[str, str]
    """The text of each passage whose tier this section may cite, by its key."""
    offered: tuple[str, ...]
    suggested: frozenset[str]
    """The passages of the sources that a reader has named, where one has suggested a change."""


def read_prompt(params: dict[str, Any]) -> Prompt:
    """The sources, and the task behind them, of a request; empty where it is none for a section."""
    texts = _texts(params)
    task = texts[-1] if texts else ""
    # The task comes first; what is quoted behind it may look like it.
    fields = dict(reversed(_FIELD.findall(task)))
    tiers = fields.get("Tiers that may be cited in it", "")
    every = [one for block in texts for one in _passages(block)]
    named = _SUGGESTED.search(task)
    sources = re.findall(r"- `(.+)`", named[1]) if named else []
    return Prompt(
        id=fields.get("Id", ""),
        title=fields.get("Section", ""),
        kind=fields.get("Kind", ""),
        blocks=tuple(fields.get("Forms it may take", "").split(", ")),
        llm=fields.get("Statements tagged llm") == "allowed",
        passages={key: text for _, tier, key, text in every if tier in tiers},
        offered=tuple(_OFFERED.findall(task)),
        suggested=frozenset(key for source, _, key, _ in every if source in sources),
    )


def write(params: dict[str, Any]) -> str:
    """What the model says to a request.

    With a format, that format's JSON; without one, a section's draft in a Markdown fence, as
    models like to give it, or a greeting.
    """
    form = (params.get("output_config") or {}).get("format")
    if form:
        schema = form["schema"]
        handler = HANDLERS.get(schema.get("title", ""))
        answer = handler(params) if handler else None
        return _json(instance(schema) if answer is None else answer)
    judged = claude_judge.honest(params)
    if judged is not None:
        return _json(judged)
    if read_prompt(params).kind:
        return f"```json\n{_json(section_answer(params))}\n```"
    return "Hello."


def section_answer(params: dict[str, Any]) -> dict[str, Any] | None:
    """A draft of the section that the prompt names, in the shape of ``SectionAnswer``, if any."""
    prompt = read_prompt(params)
    if prompt.kind not in _SHAPES:
        return None
    return {"section": {"kind": prompt.kind, **_SHAPES[prompt.kind](prompt, _quotes(prompt))}}


def coherence_answer(params: dict[str, Any]) -> dict[str, Any]:
    """Findings on an article in the shape of ``CoherenceAnswer``: what stands in it twice."""
    keys: dict[str, list[str]] = {}
    for match in _STATEMENT.finditer("\n".join(_texts(params))):
        keys.setdefault(match["text"].casefold(), []).append(match["key"])
    return {
        "findings": [
            {"kind": "repeat", "statements": found, "detail": "The same sentence stands twice."}
            for found in keys.values()
            if len(found) > 1
        ]
    }


HANDLERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "SectionAnswer": section_answer,
    "CoherenceAnswer": coherence_answer,
    "JudgeAnswer": claude_judge.honest,
}
"""What answers by a schema's title; a test may add its own. Others get the least instance."""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(params: dict[str, Any]) -> list[str]:
    messages = params.get("messages") or [{"content": []}]
    content = messages[0]["content"]
    return [content] if isinstance(content, str) else [
        block["text"] for block in content if block.get("type") == "text"
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _passages(text: str) -> tuple[tuple[str, str, str, str], ...]:
    """Source, tier, key and text of each passage; kept, for an article's sections share them."""
    return tuple(
        (source["key"], source["tier"], match["key"], match["text"])
        for source in _SOURCE.finditer(text)
        for match in _PASSAGE.finditer(source[0])
    )


def _quotes(prompt: Prompt) -> list[Quote]:
    """Keys and quotes: the sentences of the offered passages, begun elsewhere in each section.

    Where a reader has suggested a change, those of the sources that came with it, as is asked.
    """
    keys = [key for key in prompt.offered if key in prompt.passages] or list(prompt.passages)
    keys = [key for key in keys if key in prompt.suggested] or keys
    found = [
        (key, sentence)
        for key in keys
        for sentence in _SENTENCE.split(prompt.passages[key])
        if 6 <= len(sentence.split()) <= 60
    ]
    found = found or [(key, prompt.passages[key]) for key in keys]
    start = _number(prompt.id) % max(len(found), 1)
    return found[start:] + found[:start]


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _sourced(prompt: Prompt, quote: Quote) -> dict[str, Any]:
    key, exact = quote
    place = _number(f"{prompt.id}{exact}")
    words = exact.rstrip(".").split()
    words[0] = words[0].lower() if words[0].lower() in _SMALL else words[0]
    pieces = [" ".join(words[i : i + _PIECE]).rstrip(",;") for i in range(0, len(words), _PIECE)]
    joint = _JOINTS[place % len(_JOINTS)]
    text = f"{_OPENINGS[place % len(_OPENINGS)]} {joint.join(pieces)}."
    return {"citations": [{"passage": key, "quote": exact}], "marker": "sources", "text": text}


def _unsourced(text: str) -> dict[str, Any]:
    return {"citations": [], "marker": "llm", "text": text}


def _term(quote: Quote) -> str:
    return " ".join(quote[1].split()[:2]).strip(".,;:")


def _prose(prompt: Prompt, quotes: list[Quote]) -> dict[str, Any]:
    statements = [_sourced(prompt, quote) for quote in quotes[:4]]
    if prompt.llm:
        statements.append(
            _unsourced(
                f"{prompt.title} is weighed against the person's own goals and circumstances."
            )
        )
    blocks = [{"type": "paragraph", "statements": statements}] if statements else []
    if "list" in prompt.blocks and quotes[4:6]:
        items = [_sourced(prompt, quote) for quote in quotes[4:6]]
        blocks.append({"type": "list", "statements": items})
    if "example" in prompt.blocks and prompt.llm:
        text = f"A client asks about {prompt.title}, and the clinician explores it with care."
        blocks.append({"type": "example", "statements": [_unsourced(text)]})
    return {"blocks": blocks}


def _smart_table(prompt: Prompt, quotes: list[Quote]) -> dict[str, Any]:
    rows = [
        {
            "mechanism": _sourced(prompt, quote),
            "goal": f"Working goal {letter}",
            "objective": f"The client will practise skill {letter} on most days of the week",
            "measure": f"A diary of practice with skill {letter}, looked at in each meeting",
            "time_frame": "Within 8 weeks",
        }
        for letter, quote in zip("ABC", quotes, strict=False)
    ]
    framing = "Client and clinician used a skill from the program to work on the agreed goal."
    return {"rows": rows, "framing": _unsourced(framing)}


def _definitions(prompt: Prompt, quotes: list[Quote]) -> dict[str, Any]:
    return {
        "entries": [
            {"term": _term(quote), "definition": _sourced(prompt, quote)} for quote in quotes[:3]
        ]
    }


def _questions(prompt: Prompt, quotes: list[Quote]) -> dict[str, Any]:
    if not prompt.llm:
        return {"questions": [_sourced(prompt, quote) for quote in quotes[:2]]}
    topics = ("pace the work", "notice my own assumptions", "tell whether this approach fits")
    return {"questions": [_unsourced(f"How do I {topic} with this client?") for topic in topics]}


def _examples(prompt: Prompt, _: list[Quote]) -> dict[str, Any]:
    scenes = ("before a hard talk", "after a bad night", "when a plan falls through")
    told = [
        f"A client tries what {prompt.title} describes {scene}, and speaks of it in the next hour."
        for scene in scenes
    ]
    return {"examples": [_unsourced(text) for text in told if prompt.llm]}


def _misconceptions(prompt: Prompt, quotes: list[Quote]) -> dict[str, Any]:
    return {
        "entries": [
            {"correction": _sourced(prompt, quote), "belief": f"{_term(quote)} is all there is"}
            for quote in quotes[:3]
        ]
    }


def _figure(prompt: Prompt, quotes: list[Quote]) -> dict[str, Any]:
    caption = f"The figure names the parts that {prompt.title} speaks of."
    return {
        "caption": _sourced(prompt, quotes[0]) if quotes else _unsourced(caption),
        "form": "wheel",
        "parts": [
            {"statement": _unsourced(prompt.title), "id": "hub", "under": "", "when": ""},
            *(
                {
                    "statement": _sourced(prompt, quote) | {"text": term},
                    "id": term,
                    "under": "hub",
                    "when": "",
                }
                for term, quote in list({_term(quote): quote for quote in quotes}.items())[:3]
            ),
        ],
    }


_SHAPES: dict[str, Callable[[Prompt, list[Quote]], dict[str, Any]]] = {
    "prose": _prose,
    "smart_table": _smart_table,
    "definitions": _definitions,
    "questions": _questions,
    "examples": _examples,
    "misconceptions": _misconceptions,
    "figure": _figure,
}
