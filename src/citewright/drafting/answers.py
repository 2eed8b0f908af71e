"""Reading answers: from the stored bytes to a message, from a message to what was asked for.

Only what is needed is read, and unknown fields, blocks and reasons are let pass until they
matter, so that an answer of a newer API is judged by what it says. An answer that is not wholly
good gives a reason and no text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from citewright import resources
from citewright.errors import DocumentError, ModelError
from citewright.model.article import SectionKind
from citewright.model.base import Value, clean_text
from citewright.model.draft import DRAFT_MODELS, DraftBody
from citewright.model.outlay import Usage

MOST_TOKENS = 10**9
"""More than any call can take: a bill above it is no bill."""

_Count = Annotated[int, Field(ge=0, le=MOST_TOKENS)]

Trouble = Literal["cut_off", "too_long", "refused", "unusable", "failed"]
"""What is wrong with an answer: it ran out of output tokens; the request is more than the model or
the server takes; the model refused; it is no answer to what was asked, and another may be; or
there is none."""

PARTS: dict[str, str] = {
    "prose": "blocks",
    "smart_table": "rows",
    "definitions": "entries",
    "questions": "questions",
    "examples": "examples",
    "misconceptions": "entries",
    "figure": "parts",
}
"""The list that makes up a draft, by its kind; where it is empty, there is nothing to write."""

LONGEST_REASON = 60
"""Characters of a reason or category in the API's own words that are shown."""

_WORDS = frozenset({"kind", "type", "marker"})
"""Properties whose values are words of ours; the service does not promise their case."""

M = TypeVar("M", bound=BaseModel)


class AnswerError(ModelError):
    """There is no usable answer; ``trouble`` says of which sort it is."""

    def __init__(
        self, message: str, *, hint: str = "", retry: bool = False, trouble: Trouble = "unusable"
    ) -> None:
        super().__init__(message, hint=hint, retry=retry)
        self.trouble = trouble


class _Foreign(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Block(_Foreign):
    """A content block; only those of type ``text`` have text that is an answer."""

    type: str
    text: Any = ""


class Billed(_Foreign):
    """Tokens as billed. Other servers of the same API leave the cache's fields out."""

    input_tokens: _Count
    output_tokens: _Count
    cache_creation_input_tokens: _Count | None = None
    cache_read_input_tokens: _Count | None = None

    def usage(self) -> Usage:
        """The same as this project keeps it."""
        return Usage(
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cache_creation_input_tokens=self.cache_creation_input_tokens or 0,
            cache_read_input_tokens=self.cache_read_input_tokens or 0,
        )


class Message(_Foreign):
    """An answer of the Messages API."""

    type: Literal["message"]
    model: Annotated[str, Field(min_length=1)]
    content: tuple[Block, ...]
    stop_reason: str | None = None
    stop_details: Any = None
    usage: Billed


class CoherenceFinding(Value):
    """What a model saw in the article as a whole; ``statements`` are keys it was shown."""

    kind: Literal["repeat", "contradiction", "undefined_term"]
    statements: tuple[str, ...]
    detail: str


class CoherenceAnswer(Value):
    """What a model answers when it has read the whole article."""

    findings: tuple[CoherenceFinding, ...]


def read_message(raw: bytes) -> Message:
    """An answer's bytes as a message.

    :raises ModelError: when they are something else: a page, an empty object, half an answer.
    """
    if raw.lstrip()[:1] == b"<":
        raise AnswerError("the server answered with a web page instead of a message.")
    try:
        return Message.model_validate(from_json(raw, allow_inf_nan=False))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the top level"
        raise AnswerError(f"the answer is no message: at {place}, {first['msg']}.") from None
    except ValueError as error:
        raise AnswerError(f"the answer is not JSON: {error}.") from None


def read_body(message: Message, kind: SectionKind, *, project: Path | None) -> DraftBody | None:
    """A message as the draft of a section of this kind; None when the model has nothing to write.

    :raises AnswerError: when the model did not end its turn, or what it wrote is not such a draft;
        the text of a failed answer is in neither.
    """
    data = _json(message)
    if not isinstance(data, dict) or data.keys() != {"section"}:
        raise AnswerError("the model's answer is not an object with a section and nothing else.")
    section = _lowered(data["section"])
    found = section.get("kind") if isinstance(section, dict) else None
    if isinstance(found, str) and found in DRAFT_MODELS and found != kind:
        raise AnswerError(f"the model wrote a section of kind {found!r}, not {kind!r}.")
    body = _fitted(DRAFT_MODELS[kind], f"draft_{kind}", section, project)
    return body if parts(body) else None


def read_answer(message: Message, model: type[M]) -> M:
    """A message as an answer of another shape.

    :raises AnswerError: as :func:`read_body`.
    """
    try:
        return model.model_validate(_lowered(_json(message)))
    except ValidationError:
        raise AnswerError("the model's answer does not fit the form asked for.") from None


def parts(body: DraftBody) -> tuple[Value, ...]:
    """What a draft is made up of: its blocks, rows, entries, questions, examples or parts."""
    found: tuple[Value, ...] = getattr(body, PARTS[body.kind])
    return found


def _fitted(kind: type[M], name: str, data: object, project: Path | None) -> M:
    try:
        return resources.parse(kind, name, data, what="the model's answer", project=project)
    except DocumentError as error:
        # Behind the place stands the value, which is the model's text.
        raise AnswerError(f"{error.message.partition(', ')[0]}.") from None


def _json(message: Message) -> Any:  # noqa: ANN401 - a JSON value
    if message.stop_reason != "end_turn":
        raise _stopped(message)
    said = (block.text for block in message.content if block.type == "text")
    text = "".join(part for part in said if isinstance(part, str))
    if not text.strip():
        raise AnswerError("the model answered with an empty message.")
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        why = f"the model's answer is not JSON: {error}."
    # A server that is not held to a form may put the object into a fence or between sentences.
    # There it must be the only one: from the first brace to the last.
    start, end = text.find("{"), text.rfind("}")
    try:
        return from_json(text[start : end + 1], allow_inf_nan=False)
    except ValueError:
        raise AnswerError(why) from None


def _lowered(data: Any) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(data, list):
        return [_lowered(item) for item in data]
    if isinstance(data, dict):
        return {
            name: item.lower() if name in _WORDS and isinstance(item, str) else _lowered(item)
            for name, item in data.items()
        }
    return data


def _stopped(message: Message) -> AnswerError:
    match message.stop_reason:
        case "refusal":
            details = message.stop_details if isinstance(message.stop_details, dict) else {}
            category = clean_text(str(details.get("category") or "not said"))
            return AnswerError(
                f"the model refused (category: {category[:LONGEST_REASON]}).", trouble="refused"
            )
        case "max_tokens":
            return AnswerError(
                f"the answer was cut off after {message.usage.output_tokens} output tokens.",
                trouble="cut_off",
            )
        case "model_context_window_exceeded":
            return AnswerError(
                "the request and the answer do not fit into the model's context window.",
                trouble="too_long",
            )
        case other:
            reason = clean_text(str(other))[:LONGEST_REASON]
            return AnswerError(f"the model stopped for the reason {reason!r}, not at its end.")
