"""Whatever bytes come, reading them gives what was asked for or says why not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citewright.drafting.answers import (
    AnswerError,
    CoherenceAnswer,
    Message,
    parts,
    read_answer,
    read_body,
    read_message,
)
from citewright.model.article import SectionKind
from citewright.model.draft import DRAFT_MODELS

STATEMENT = {"citations": [], "marker": "llm", "text": "A statement."}
ROW = {"mechanism": STATEMENT, "goal": "g", "objective": "o", "measure": "m", "time_frame": "t"}
DRAFTS: dict[SectionKind, dict[str, Any]] = {
    "prose": {"blocks": [{"type": "paragraph", "statements": [STATEMENT]}]},
    "smart_table": {"rows": [ROW], "framing": STATEMENT},
    "definitions": {"entries": [{"term": "t", "definition": STATEMENT}]},
    "questions": {"questions": [STATEMENT]},
    "examples": {"examples": [STATEMENT]},
    "misconceptions": {"entries": [{"correction": STATEMENT, "belief": "b"}]},
    "figure": {
        "caption": STATEMENT,
        "form": "cycle",
        "parts": [{"statement": STATEMENT, "id": "a", "under": "", "when": ""}],
    },
}
KINDS = st.sampled_from(sorted(DRAFTS))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["section", "kind", "type", "marker", "text", "blocks", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def message(text: str, **changed: Any) -> Message:
    whole = {
        "type": "message",
        "model": "claude-sonnet-5-5",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
    return read_message(json.dumps(whole | changed).encode())


def answer(kind: str, section: dict[str, Any]) -> Message:
    return message(json.dumps({"section": {"kind": kind, **section}}))


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_bytes_are_a_message_or_said_not_to_be(raw: bytes) -> None:
    try:
        assert read_message(raw).type == "message"
    except AnswerError as error:
        # The bytes have no part in what is said of them.
        assert len(error.message) < 200  # noqa: PT017


@given(KINDS, JSON.map(json.dumps) | st.text(max_size=60))
def test_a_text_is_a_draft_or_said_not_to_be(kind: SectionKind, text: str) -> None:
    try:
        body = read_body(message(text), kind, project=None)
    except AnswerError:
        return
    assert body is None or (body.kind == kind and parts(body))


@given(KINDS, KINDS, JSON, st.data())
def test_a_draft_with_a_changed_part_is_a_draft_or_said_not_to_be(
    kind: SectionKind, asked: SectionKind, value: Any, data: st.DataObject
) -> None:
    section = json.loads(json.dumps(DRAFTS[kind]))
    place = data.draw(st.sampled_from(sorted(section)))
    section[place] = value
    try:
        body = read_body(answer(kind, section), asked, project=None)
    except AnswerError:
        return
    assert kind == asked
    assert body is None or isinstance(body, DRAFT_MODELS[kind])


@pytest.mark.parametrize("kind", sorted(DRAFTS))
def test_a_sound_draft_of_each_kind_is_read(kind: SectionKind) -> None:
    body = read_body(answer(kind, DRAFTS[kind]), kind, project=None)
    assert body == DRAFT_MODELS[kind].model_validate({"kind": kind, **DRAFTS[kind]})


@pytest.mark.parametrize("details", ["bio", ["bio"], 7, {}, {"category": None}, {"category": 7}])
def test_details_of_a_new_shape_do_not_cost_the_answer(details: Any) -> None:
    refused = message("", stop_reason="refusal", stop_details=details)
    with pytest.raises(AnswerError, match="the model refused") as caught:
        read_body(refused, "prose", project=None)
    assert caught.value.trouble == "refused"


@given(st.text())
def test_a_reason_to_stop_is_shown_in_bounds(reason: str) -> None:
    if reason == "end_turn":
        return
    with pytest.raises(AnswerError) as caught:
        read_answer(message("{}", stop_reason=reason), CoherenceAnswer)
    assert len(caught.value.message) < 250
    assert "\n" not in caught.value.message
