"""Building requests: the shared sources as a prefix, one section's task behind it.

The prefix (instructions, sources, answer's schema) is the same to the byte for all sections of an
article and for their repairs, so that it is paid for in full once and read from the cache by the
others. What comes from outside stands between tags whose names carry a suffix derived from that
very text and found nowhere in it: whoever wrote a source could not know it, so nothing in a source
can end its place.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel

from citewright.drafting.before import asked_prompt, before_prompt, proposed_prompt
from citewright.drafting.manner import Manner
from citewright.drafting.ports import Problem, SectionTask
from citewright.drafting.prompts import Prompt, fence, render
from citewright.model.base import clean_text
from citewright.model.canonical import Json, canonical_json, dump
from citewright.model.draft import DRAFT_MODELS, DraftBody, SectionAnswer
from citewright.model.evidence import Passage
from citewright.model.outlay import FileHash
from citewright.model.source import TIER_MEANING, Coverage, CslItem, Source

COVERAGE = {
    "full_text": "the full text",
    "abstract": "the abstract only",
    "notes": "notes on the source in somebody else's words, not its own text",
}

WARMING = "The task follows."
"""What stands in the task's place in a call that only fills the cache."""

WARMING_TOKENS = 1
"""Output of such a call. Nought would be free of output, but the service takes nought only
without an answer's schema (its documentation of prompt caching, limits of pre-warming), and
another schema is another prefix."""


@dataclass(frozen=True)
class Request:
    """The arguments of ``messages.create`` and the prompts they were made of."""

    params: Json
    files: tuple[FileHash, ...]


def warm_request(task: SectionTask, manner: Manner) -> Request:
    """The request that has the service cache what all sections of the article share.

    :param task: any section's; only what it shares with the others is in the request.
    :raises InputError: for unusable prompts.
    """
    request = _request(task, [], manner)
    return Request(request.params | {"max_tokens": WARMING_TOKENS}, request.files)


def draft_request(task: SectionTask, manner: Manner) -> Request:
    """The request for a section's first draft.

    :raises InputError: for unusable prompts.
    """
    return _request(task, _task(task, manner), manner)


def repair_request(
    task: SectionTask, manner: Manner, *, body: DraftBody, problems: tuple[Problem, ...]
) -> Request:
    """The request to mend a draft: the same as for a first one, with the draft and its problems.

    :raises InputError: for unusable prompts.
    """
    draft = clean_text(canonical_json(dump(body)).decode())
    views = [
        {
            "statement": clean_text(problem.text),
            "reasons": [
                f"{reason.certainty}: {clean_text(reason.detail)}" for reason in problem.reasons
            ],
        }
        for problem in problems
    ]
    repair = render(
        "repair.md",
        manner.project,
        fence=fence([draft, *(str(view) for view in views)]),
        draft=draft,
        problems=views,
    )
    return _request(task, [*_task(task, manner), repair], manner)


def retry_request(task: SectionTask, manner: Manner, *, reason: str) -> Request:
    """The request for a draft in the place of an answer that was none.

    :param reason: what was wrong with it, in words of ours.
    :raises InputError: for unusable prompts.
    """
    retry = render("retry.md", manner.project, reason=clean_text(reason))
    return _request(task, [*_task(task, manner), retry], manner)


def plain_request(prompt: Prompt, answer: type[BaseModel], manner: Manner) -> Request:
    """The request for an answer of this shape to a prompt that shares nothing with others.

    :raises InputError: for unusable prompts.
    """
    prompts = [prompt]
    if "structured_outputs" in manner.without:
        prompts.append(_schema_prompt(answer.model_json_schema(), manner))
    content = [_block("\n\n".join(one.text for one in prompts))]
    params: Json = {
        "model": manner.model,
        "max_tokens": manner.max_tokens,
        "messages": [{"role": "user", "content": content}],
        **_options(answer, manner),
    }
    return Request(params, tuple(one.file for one in prompts))


def prefix_bytes(request: Request) -> int:
    """UTF-8 bytes of what a section's request shares with those of the other sections."""
    (system,), (message,) = request.params["system"], request.params["messages"]
    return len((system["text"] + message["content"][0]["text"]).encode())


@cache
def answer_schema(answer: type[BaseModel]) -> Json:
    """The schema of an answer as structured outputs take it."""
    # Importing the SDK takes a second, which what pays for nothing need not wait for.
    from anthropic import transform_schema

    schema: Json = transform_schema(answer)
    return schema


def cached(text: str, manner: Manner) -> Json:
    """A block at whose end the service is to keep all that stands up to there, if it can."""
    if "caching" in manner.without:
        return _block(text)
    return _block(text) | {"cache_control": {"type": "ephemeral", "ttl": manner.ttl}}


def _request(task: SectionTask, own: list[Prompt], manner: Manner) -> Request:
    system = render("system.md", manner.project)
    sources = _sources(task, manner)
    if own and "structured_outputs" in manner.without:
        # Last, where it is best obeyed by a model that nothing else holds to it.
        schema = _enveloped(DRAFT_MODELS[task.spec.kind])
        own = [*own, _schema_prompt(schema, manner)]
    params: Json = {
        "model": manner.model,
        "max_tokens": manner.max_tokens,
        "system": [cached(system.text, manner)],
        "messages": [
            {
                "role": "user",
                "content": [
                    cached(sources.text, manner),
                    _block("\n\n".join(prompt.text for prompt in own) or WARMING),
                ],
            }
        ],
        **_options(SectionAnswer, manner),
    }
    return Request(params, tuple(prompt.file for prompt in (system, sources, *own)))


def _options(answer: type[BaseModel], manner: Manner) -> Json:
    output: Json = {}
    if "structured_outputs" not in manner.without:
        output["format"] = {"type": "json_schema", "schema": answer_schema(answer)}
    if manner.effort is not None:
        output["effort"] = manner.effort
    options: Json = {"output_config": output} if output else {}
    if manner.thinking is not None:
        options["thinking"] = {"type": manner.thinking}
    return options


def _block(text: str) -> Json:
    return {"type": "text", "text": text}


def _task(task: SectionTask, manner: Manner) -> list[Prompt]:
    spec, project = task.spec, manner.project
    section = render(
        "section.md",
        project,
        id=spec.id,
        title=spec.title,
        kind=spec.kind,
        purpose=spec.purpose,
        claims=", ".join(spec.claims) or "any",
        tiers=", ".join(spec.tiers),
        least=spec.words[0],
        most=spec.words[1],
        blocks=", ".join(spec.blocks),
        llm="allowed" if spec.llm else "not allowed",
        offered=[passage.id for passage in task.offered],
    )
    prompts = [section, render(f"section_{spec.kind}.md", project)]
    if task.before:
        prompts.append(before_prompt(task, project))
    if task.asked:
        prompts.append(asked_prompt(task, project))
    if task.proposed is not None:
        prompts.append(proposed_prompt(task.proposed, project))
    return prompts


def _schema_prompt(schema: Json, manner: Manner) -> Prompt:
    text = json.dumps(schema, ensure_ascii=False)
    return render("schema.md", manner.project, schema=text)


def _enveloped(kind: type[DraftBody]) -> Json:
    """The schema of an answer for sections of this kind alone."""
    schema: dict[str, Any] = kind.model_json_schema()
    definitions = schema.pop("$defs", {})
    return {
        "type": "object",
        "properties": {"section": schema},
        "required": ["section"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _sources(task: SectionTask, manner: Manner) -> Prompt:
    views, suffix = _shown(task.sources, task.shared, tuple(sorted(task.coverage.items())))
    article = {
        "title": clean_text(task.brief.title),
        "topic": clean_text(task.brief.topic),
    }
    return render("sources.md", manner.project, article=article, sources=list(views), fence=suffix)


@lru_cache(maxsize=4)
def _shown(
    sources: tuple[Source, ...],
    shared: tuple[Passage, ...],
    coverage: tuple[tuple[str, Coverage], ...],
) -> tuple[tuple[Json, ...], str]:
    """The sources as the prompt shows them, and their fence: the same for all of an article."""
    read = dict(coverage)
    views = [_view(source, shared, read) for source in sources]
    views = [view for view in views if view["passages"]]
    return tuple(views), fence([canonical_json(view).decode() for view in views])


def _view(source: Source, shared: tuple[Passage, ...], read: dict[str, Coverage]) -> Json:
    """A source with its passages as the prompt shows them, all foreign text in one clean line.

    White space is folded, which a quotation's comparison folds too.
    """
    return {
        "key": source.key,
        "reference": _reference(source.csl),
        "tier": f"{source.tier}, {TIER_MEANING[source.tier]}",
        "read": COVERAGE[read[source.key]] if source.key in read else "unknown",
        "passages": [_passage(item) for item in shared if item.source == source.key],
    }


def _passage(passage: Passage) -> Json:
    return {
        "key": passage.id,
        "heading": clean_text(passage.heading) or "none",
        "text": clean_text(passage.text),
    }


def _reference(item: CslItem) -> str:
    names = [name.family or name.literal or "" for name in item.author]
    year = str(item.issued.date_parts[0][0]) if item.issued else "no date"
    return clean_text(f"{', '.join(names) or 'no author'} ({year}). {item.title}")
