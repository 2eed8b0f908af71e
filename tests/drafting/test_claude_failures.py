"""Bad answers: each ends in a draft or in a named failure of its section, and none in text."""

from __future__ import annotations

from pathlib import Path

import pytest
from claude_desk import Desk, statements
from claude_tasks import passages, spec, task
from fakes import claude_faults as faults
from fakes.claude_server import ClaudeServer, Received

from citewright.drafting.ports import SectionTask
from citewright.errors import CitewrightError, SettingsError
from citewright.model.canonical import dump
from citewright.model.draft import SectionDraft

ENDS_THE_RUN = {
    **{f"http-{code}": SettingsError for code in (401, 402, 403, 404)},
    **dict.fromkeys(("redirect", "redirect-away", "redirect-loop"), SettingsError),
}
"""What no section of the article could be drafted after: it is said at once."""

FINAL = frozenset(
    "http-400 http-400-key http-400-page http-422 http-429-absurd http-429-far-date refusal "
    "refusal-empty refusal-unnamed".split()
)
"""Faults after which nothing is asked again: another request would get the same answer."""


def only_first(name: str) -> ClaudeServer:
    """A server that has this fault once for the section, and then obeys."""
    step = faults.EVERYTHING[name]()
    seen: list[Received] = []

    def script(received: Received) -> faults.Step | None:
        seen.append(received)
        return step if len(seen) == 1 else None

    return ClaudeServer(script)


ENDLESS = frozenset({"drip", "stall"})
"""Faults that last until the client gives up."""


def drafted(desk: Desk, server: ClaudeServer, made: SectionTask, *, hasty: int = 0) -> SectionDraft:
    """The section as the pipeline drafts it, checks aside: at most two answers more."""
    drafter = desk.drafter(server, hasty=hasty)
    draft = drafter.draft(made)
    for _ in range(drafter.repairs):
        if draft.unusable is None:
            break
        draft = drafter.repair(made, draft, ())
    return draft


@pytest.mark.parametrize("name", sorted(faults.EVERYTHING))
def test_a_fault_ends_in_a_draft_or_a_named_failure_of_its_section(
    name: str, tmp_path: Path
) -> None:
    desk, made = Desk(tmp_path), task()
    with only_first(name) as server:
        if name in ENDS_THE_RUN:
            with pytest.raises(ENDS_THE_RUN[name]):
                drafted(desk, server, made)
            return
        draft = drafted(desk, server, made, hasty=int(name in ENDLESS))
        other = desk.drafter(server).draft(task(spec("prose", "training")))
    assert other.body is not None, "the other sections are drafted as ever"
    assert bool(draft.failure) == (name in FINAL)
    assert bool(draft.body) != bool(draft.failure or draft.omitted)
    assert (draft.omitted is not None) == (name == "nothing-written")
    assert_is_no_answers_text(draft, name)


STAYING = faults.FAULTS.keys() - ENDS_THE_RUN - faults.GOOD
TELLING = faults.WIRE.keys() | {
    "http-400", "http-429-seconds", "http-429-absurd", "http-500-page", "http-529", "refusal",
    "max-tokens", "stop-unknown", "page", "deep", "bad-json", "empty-message", "key-in-text",
    "usage-huge",
}  # fmt: skip
"""Of each kind of fault some; the others that stay are slow tests."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in TELLING else pytest.mark.slow)
        for name in sorted(STAYING)
    ],
)
def test_a_fault_that_stays_ends_in_a_named_failure_without_text(name: str, tmp_path: Path) -> None:
    desk, step = Desk(tmp_path), faults.FAULTS[name]()
    with ClaudeServer(lambda _: step) as server:
        draft = drafted(desk, server, task(), hasty=99 if name in ENDLESS else 0)
    assert draft.body is None
    assert draft.failure
    for passage in passages():
        assert passage.text not in str(dump(draft))
    assert "According to the source" not in str(dump(draft))
    assert_is_no_answers_text(draft, name)


def assert_is_no_answers_text(draft: SectionDraft, name: str) -> None:
    """Nothing of an answer that failed stands in the draft, and no key."""
    said = str(dump(draft))
    for text in ("Sign in", "Here is the section", "not an answer", "from_the_future", "sk-loop"):
        # A reason to stop is named in the failure, whatever it is called.
        assert text not in said or (text, name) == ("from_the_future", "stop-unknown"), name
    known = {passage.id for passage in passages()} | {"p-ffffffffffffffff"}
    for statement in statements(draft.body):
        assert {cited.passage for cited in statement.citations} <= known


NAMED = {
    "refusal": "refused (category: bio)",
    "refusal-unnamed": "refused (category: not said)",
    "tool-use": "'tool_use'",
    "pause-turn": "'pause_turn'",
    "stop-sequence": "'stop_sequence'",
    "stop-unknown": "'from_the_future'",
    "stop-none": "'None'",
    "context-window-exceeded": "context window",
    "max-tokens": "cut off",
    "empty-message": "empty message",
    "thinking-alone": "empty message",
    "bad-json": "not JSON",
    "no-section": "not an object with a section",
    "wrong-kind": "a section of kind 'questions', not 'prose'",
    "schema-violation": "at blocks[0].statements[0].marker",
    "empty-text": "at blocks[0].statements[0].text",
    "extra-field": "the schema 'draft_prose': at the top level",
    "page": "web page",
    "empty-object": "no message",
    "http-400": "made up",
    "http-413": "HTTP 413",
    "http-529": "HTTP 529",
}


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_failure_says_what_it_was(name: str, tmp_path: Path) -> None:
    step = faults.EVERYTHING[name]()
    with ClaudeServer(lambda _: step) as server:
        draft = Desk(tmp_path).drafter(server).draft(task())
    assert draft.body is None
    assert NAMED[name].lower() in str(draft.failure).lower()


def test_only_what_asking_again_may_help_is_unusable(tmp_path: Path) -> None:
    again = ("bad-json", "empty-message", "page", "stop-none", "pause-turn", "wrong-kind")
    final = ("refusal", "http-400", "http-529", "max-tokens")
    for name in (*again, *final):
        step = faults.EVERYTHING[name]()
        (folder := tmp_path / name).mkdir()
        with ClaudeServer(lambda _, step=step: step) as server:
            draft = Desk(folder).drafter(server).draft(task())
        assert (draft.unusable is not None) == (name in again), name


def test_the_case_of_our_own_words_does_not_matter(tmp_path: Path) -> None:
    def shout(draft: faults.Message) -> None:
        draft["section"]["kind"] = draft["section"]["kind"].upper()
        faults.first_sourced(draft)["marker"] = "Sources"

    with ClaudeServer([faults.drafted(shout)]) as server:
        draft = Desk(tmp_path).drafter(server).draft(task())
    assert draft.body is not None


def test_an_unreachable_service_is_an_error_to_try_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with ClaudeServer() as server:
        drafter = desk.drafter(server)
    with pytest.raises(CitewrightError) as caught:
        drafter.draft(task())
    assert caught.value.retry
    assert desk.spent == 0
