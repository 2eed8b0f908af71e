"""From the calls that a dry run noted to all calls of the run, each with its tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from citewright.drafting import prices
from citewright.drafting.claude import least_cached
from citewright.drafting.counting import ByteCounter, TokenCounter
from citewright.drafting.dry import Noted
from citewright.drafting.estimate import (
    MENDED,
    Output,
    Planned,
    Range,
    draft_output,
    text_tokens,
)
from citewright.drafting.manner import Manner
from citewright.model.canonical import Json, canonical_json, tagged_digest
from citewright.model.outlay import Role

FINDINGS = Output(low=20, expected=400, worst=0)
"""Output tokens of reading an article as a whole, which finds little: assumed, not measured."""

WHOLE_TOKENS = 2000
"""Input tokens of that besides the article's text: the prompt, the schema, the statements' keys.
Two articles of about 2,200 words had 1,800 and 2,000, as the tests' loopback server counts."""

MENDING_TOKENS = 400
"""Input tokens of a repair besides those of the first draft's request and the draft itself: the
prompt and the problems. 374 to 401 as that server counts, where few statements had any."""

PAIR_WORDS = Range(Decimal(60), Decimal(30), Decimal(12))
"""Words of a section's text for each citation that is judged: assumed, not measured. The worst
case judges all of them after each repair."""

RUBRIC_TOKENS = 950
"""Input tokens that all judgements share: the instructions, 3.5 bytes a token."""

PAIR_TOKENS = 600
"""Input tokens of a judgement besides: the question, the answer's schema, a claim, its quote and a
passage, which has 700 characters at most unless one sentence of it is longer."""

FOUND = Output(low=60, expected=200, worst=0)
"""Output tokens of a judgement, its quotes and reason: assumed, not measured."""

_TAG = "citewright/prefix/1"


@dataclass(frozen=True)
class Article:
    """What an article's calls depend on besides those that were noted.

    ``words``: the least and most words wanted of each section; ``repairs``: how often a draft may
    be mended; ``read_whole``: whether the article is still to be read as a whole, by a call that
    cannot be noted yet; ``judged``: how each answer on a citation is made, as many as are asked.
    """

    words: Mapping[str, tuple[int, int]]
    repairs: int
    read_whole: bool
    judged: Sequence[Manner] = ()


def plan_calls(
    noted: Sequence[Noted],
    article: Article,
    manners: Mapping[Role, Manner],
    counter: TokenCounter | ByteCounter,
) -> tuple[list[Planned], int, str | None]:
    """All calls still to be made, the tokens that most of them share, and why these are estimates.

    A call of a role that follows from the noted ones (mending, reading the whole) is derived from
    them. The tokens are counted by the server or, with the reason, told from bytes.

    :raises SettingsError: when the server refuses the key.
    """
    prefixes = [_prefix(one.params) for one in noted]
    distinct = {name: request for name, request in prefixes if request is not None}
    counts = counter.count([*(one.params for one in noted), *distinct.values()])
    shared = dict(zip(distinct, counts.tokens[len(noted) :], strict=True))
    first: list[Planned] = []
    later: list[Planned] = []
    judging: list[Planned] = []
    for one, (name, _), tokens in zip(noted, prefixes, counts.tokens, strict=False):
        call = _planned(one, name, shared.get(name, 0), tokens, article, counted=not counts.why)
        first.append(call)
        later += _mending(one.role, call, article.repairs, manners)
        words = article.words.get(one.section or "")
        if one.role == "draft" and words is not None:
            judging += _judging(article, words)
    if article.read_whole:
        later.append(_whole(article, manners["coherence"]))
    return [*first, *later, *judging], max(shared.values(), default=0), counts.why


def _planned(
    one: Noted, prefix: str, shared: int, tokens: int, article: Article, *, counted: bool
) -> Planned:
    most = tokens if counted else prices.most_tokens(len(canonical_json(one.params)))
    return Planned(
        role=one.role,
        model=one.params["model"],
        # Below the model's least length nothing is cached, whatever is marked.
        prefix=prefix if shared >= least_cached(one.params["model"]) else "",
        shared=min(shared, tokens),
        own=max(tokens - shared, 0),
        most_input=max(most, tokens),
        output=_output(one, article),
    )


def _output(one: Noted, article: Article) -> Output:
    most: int = one.params["max_tokens"]
    words = article.words.get(one.section or "")
    if one.role in ("draft", "repair") and words is not None:
        return draft_output(words, most)
    if one.role == "coherence":
        return _within(FINDINGS, most)
    if one.role == "judge":
        return _within(FOUND, most)
    return Output(low=0, expected=0, worst=most)


def _within(output: Output, most: int) -> Output:
    return Output(min(output.low, most), min(output.expected, most), most)


def _mending(
    role: Role, call: Planned, repairs: int, manners: Mapping[Role, Manner]
) -> Iterable[Planned]:
    """The repairs that may follow a first draft, or those that may follow a repair."""
    manner, drafting = manners["repair"], manners["draft"]
    if role == "draft":
        times = Range(Decimal(0), MENDED, Decimal(repairs))
    elif role == "repair":
        times = Range(Decimal(0), Decimal(0), Decimal(repairs - 1))
    else:
        return
    alike = (manner.model, manner.effort, manner.thinking) == (
        drafting.model, drafting.effort, drafting.thinking,
    )  # fmt: skip
    prefix = call.prefix if alike or role == "repair" else call.prefix and f"{call.prefix} repair"
    # The draft is shown again, and so are at worst all of its statements with what is wrong.
    yield replace(
        call,
        role="repair",
        model=manner.model,
        prefix=prefix,
        own=call.own + call.output.expected + MENDING_TOKENS,
        most_input=call.most_input + 2 * call.output.worst + MENDING_TOKENS,
        output=_within(call.output, manner.max_tokens),
        times=times,
    )


def _judging(article: Article, words: tuple[int, int]) -> Iterable[Planned]:
    """The judgements on a section of so many words, before there is anything to judge."""
    least, most = words
    times = Range(
        least // PAIR_WORDS.low,
        (least + most) // 2 // PAIR_WORDS.expected,
        most // PAIR_WORDS.worst * (1 + article.repairs),
    )
    for manner in article.judged:
        cached = least_cached(manner.model) <= RUBRIC_TOKENS
        yield Planned(
            role="judge",
            model=manner.model,
            prefix=f"judge {manner.model}" if cached else "",
            shared=RUBRIC_TOKENS,
            own=PAIR_TOKENS,
            most_input=2 * (RUBRIC_TOKENS + PAIR_TOKENS),
            output=_within(FOUND, manner.max_tokens),
            times=times,
        )


def _whole(article: Article, manner: Manner) -> Planned:
    """Reading the whole, before there is anything to read."""
    least, most = (
        WHOLE_TOKENS + sum(text_tokens(words[end]) for words in article.words.values())
        for end in (0, 1)
    )
    return Planned(
        role="coherence",
        model=manner.model,
        prefix="",
        shared=0,
        own=(least + most) // 2,
        most_input=2 * most,
        output=_within(FINDINGS, manner.max_tokens),
    )


def _prefix(params: Json) -> tuple[str, Json | None]:
    """The name of what a request marks to be cached, and a request of that alone.

    Empty and None for a request whose messages mark nothing.
    """
    content = params["messages"][0]["content"]
    blocks = [] if isinstance(content, str) else content
    marks = [place for place, block in enumerate(blocks) if "cache_control" in block]
    if not marks:
        return "", None
    alone = params | {
        "messages": [{"role": "user", "content": content[: marks[-1] + 1]}],
    }
    # Another length of the answer is no other prefix.
    named = {name: value for name, value in alone.items() if name != "max_tokens"}
    return tagged_digest(_TAG, named), alone
