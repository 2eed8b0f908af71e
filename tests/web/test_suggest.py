"""The form for suggestions, its confirmation, the page where one stands, and editors' pages."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from html import unescape

import httpx
import pytest
from model.values import Desk, paragraph

from citewright.community.suggestions import Suggestions
from citewright.model.community import Proposal, Suggestion
from citewright.pipeline import pages, reviewing, suggesting
from tests.web.desk import SLUG, Browser, Running, commit, csrf, opened, served, two, whole

FIELDS = {
    "kind": "error",
    "text": "The course takes nine weeks,\nsays the newer manual.",
    "sources": "https://manual.example/2024\n10.1002/jclp.21923",
    "email": "reader@example.org",
    "credit": "anonymous",
    "name": "",
    "no_phi": "yes",
    "website": "",
}
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}\u202e'

pytestmark = pytest.mark.xdist_group("web-suggest")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    workspace = opened(tmp_path_factory.mktemp("suggest") / "project")
    two(workspace)
    with served(workspace) as found:
        yield found


@pytest.fixture
def fresh(tmp_path: object) -> Iterator[Running]:
    """An application whose limits nobody has used yet, and whose article has one version."""
    workspace = opened(tmp_path / "project")  # type: ignore[operator]
    desk = Desk()
    commit(workspace, whole(paragraph(desk.cited("It takes eight weeks."), desk.llm()), SLUG))
    reviewing.submit_and_approve(workspace, SLUG, "Zoe")
    pages.publish(workspace, [SLUG])
    with served(workspace) as found:
        yield found


def statement(running: Running) -> str:
    live = running.workspace.catalogue.published(SLUG)
    assert live is not None
    version = running.workspace.version(live.digest)
    return next(one.id for one in version.article.statements() if "eight weeks" in one.text)


def send(running: Running, client: httpx.Client | None = None, **changed: str) -> httpx.Response:
    client = client or running.anonymous()
    form = client.get(f"/suggest/{SLUG}")
    return client.post(f"/suggest/{SLUG}", data=FIELDS | {"csrf": csrf(form.text)} | changed)


def counts(running: Running) -> int:
    return sum(running.community.suggestions.counts().values())


def mail_to(running: Running, address: str, subject: str) -> str:
    folder = running.workspace.project / "output" / "outbox"
    for _ in range(8000):
        for file in folder.glob("*.eml"):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            if message["To"] == address and subject in str(message["Subject"]):
                return str(message.get_content())
        time.sleep(0.03)
    raise AssertionError(f"no mail to {address}: {subject}")


def confirmed(running: Running, email: str, **changed: str) -> tuple[httpx.Client, str]:
    """A suggestion sent and confirmed; gives the reader's client and the page's path."""
    client = running.anonymous()
    assert send(running, client, email=email, **changed).status_code == 303
    body = mail_to(running, email, "confirm")
    (link,) = re.findall(r"(/suggestion/confirm/\S+)", body)
    page = client.get(link)
    assert client.get(link).status_code == 200, "a scanner's GET confirms nothing"
    done = client.post(link, data={"csrf": csrf(page.text)})
    assert done.status_code == 303
    assert client.post(link, data={"csrf": csrf(page.text)}).status_code == 410
    return client, done.headers["location"]


def test_the_form_has_the_statement_and_the_warning(running: Running) -> None:
    client = running.anonymous()
    page = client.get(f"/suggest/{SLUG}", params={"statement": statement(running)})
    assert "It takes eight weeks." in page.text
    assert "Spotted an error or have something to add?" in page.text
    assert "Do not include any client-identifying or protected health information" in page.text
    assert 'value="anonymous" checked' in page.text
    gone = client.get(f"/suggest/{SLUG}", params={"statement": EVIL})
    assert "not in the published version any more" in gone.text
    assert "<script>alert" not in gone.text
    assert client.get("/suggest/no-such").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("kind", "praise", "Choose one of the three"),
        ("text", " \u200b", "Say what should change"),
        ("text", "x" * 8001, "this has 8001"),
        ("sources", "", "Name at least one source"),
        ("sources", "https://a.example\n/etc/passwd", "is no web address"),
        ("email", "a@b@c", "We need an address"),
        ("email", "a@b.org\nBcc: x@y.org", "We need an address"),
        ("credit", "initials", "Give the name"),
        ("no_phi", "", "Tick this"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_entered_is_kept(
    running: Running, field: str, value: str, said: str
) -> None:
    before = counts(running)
    answer = send(running, **{field: value})
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    if field != "text":
        assert "says the newer manual." in answer.text
    assert counts(running) == before


def test_patient_data_is_refused_with_the_places_and_kept_nowhere(running: Running) -> None:
    text = f"My client Jane Roe, SSN 123-45-6789, left after week two. {EVIL}"
    answer = send(running, text=text)
    assert answer.status_code == 422
    assert "Not sent, and not stored." in answer.text
    assert re.search(r'<mark class="certain">[^<]*123-45-6789', answer.text)
    assert "<script>alert" not in answer.text
    folder = running.workspace.project / "output"
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"123-45-6789" not in kept
    (entry, *_) = running.community.audit.listing(limit=1)
    assert entry.action == "suggestion refused: patient data"
    assert "findings" in entry.detail


def test_what_may_be_a_persons_has_to_be_vouched_for_and_for_this_very_text(
    running: Running,
) -> None:
    text = "My colleague Anna Weber teaches it in nine weeks."
    asked = send(running, text=text)
    assert "may be about a person" in asked.text
    (sure,) = re.findall(r'name="sure" value="(\w+)"', asked.text)
    before = counts(running)
    other = send(running, text="My colleague Anna Weber teaches it in ten weeks.", sure=sure)
    assert (other.status_code, counts(running)) == (422, before)
    assert send(running, text=text, sure=sure).status_code == 303
    assert counts(running) == before + 1


def test_a_program_that_fills_everything_in_is_told_what_people_are_told(
    running: Running,
) -> None:
    before = counts(running)
    answer = send(running, website="https://spam.example")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/suggest/{SLUG}/sent")
    assert counts(running) == before


def test_a_form_of_another_site_is_refused(running: Running) -> None:
    client = running.anonymous()
    token = csrf(client.get(f"/suggest/{SLUG}").text)
    data = FIELDS | {"csrf": token}
    foreign = {"Origin": "https://evil.example"}
    assert client.post(f"/suggest/{SLUG}", data=data, headers=foreign).status_code == 403
    assert running.anonymous().post(f"/suggest/{SLUG}", data=data).status_code == 403


@pytest.mark.slow
def test_an_address_sends_only_so_many(fresh: Running) -> None:
    answers = [send(fresh, email=f"r{one}@example.org").status_code for one in range(12)]
    assert answers == [303] * 10 + [429] * 2
    assert counts(fresh) == 10


def test_one_mailbox_is_not_flooded(fresh: Running) -> None:
    answers = [send(fresh, email="One@example.org").status_code for _ in range(7)]
    assert answers == [303] * 5 + [429] * 2


def test_a_suggestion_is_confirmed_shown_and_withdrawn_by_mailed_links(running: Running) -> None:
    client, path = confirmed(running, "walker@example.org")
    page = client.get(path)
    assert "says the newer manual." in page.text
    assert "walker@example.org" not in page.text
    assert mail_to(running, "walker@example.org", "We have").count(path) == 1
    assert running.anonymous().get("/suggestion/none").status_code == 410
    assert client.get(f"{path}/withdraw").status_code in (404, 405)
    done = client.post(f"{path}/withdraw", data={"csrf": csrf(page.text)})
    assert done.headers["location"] == path
    assert "withdrawn" in client.get(path).text
    again = client.post(f"{path}/withdraw", data={"csrf": csrf(page.text)})
    assert again.status_code == 409
    rows = Suggestions(running.workspace.database).listing(["withdrawn"])
    assert all(one.email == "" for one in rows)


def drafted(running: Running, one: Suggestion) -> str:
    """A version made of a suggestion, as the flow makes one; gives its number."""
    desk = Desk()
    said = desk.cited("It takes eight weeks.").model_copy(update={"text": "It takes nine weeks."})
    made = commit(running.workspace, whole(paragraph(said, desk.llm()), SLUG), None)
    store = running.community.suggestions
    store.step(one.id, "finish", seen="drafting", party="program", draft=made.digest)
    return made.number


@pytest.mark.slow
def test_the_draft_is_shown_endorsed_and_handed_in_for_review(fresh: Running) -> None:
    client, path = confirmed(fresh, "walker@example.org")
    (one,) = fresh.community.suggestions.listing(["received"])
    editor = fresh.signed_in("Ed")
    listed = editor.get("/suggestions")
    assert one.id in listed.text
    shown = editor.get(f"/suggestions/{one.id}")
    assert "says the newer manual." in shown.text
    assert "walker@example.org" not in shown.text
    assert editor.post(f"/suggestions/{one.id}/start").status_code == 303
    assert editor.post(f"/suggestions/{one.id}/start").status_code == 409
    number = drafted(fresh, one)
    reviewing.comment(fresh.workspace, SLUG, number, "Bea", "Secret words of a reviewer.")
    page = client.get(path)
    assert "<ins>nine</ins>" in page.text
    for hidden in ("Bea", "Secret words", "Accept</button>"):
        assert hidden not in page.text
    assert client.post(f"{path}/endorse", data={"csrf": "x"}).status_code == 403
    assert client.post(f"{path}/endorse", data={"csrf": csrf(page.text)}).status_code == 303
    assert "waits for an editor" in client.get(path).text
    assert fresh.workspace.catalogue.version(SLUG).state == "in_review"
    refused = client.post(f"{path}/endorse", data={"csrf": csrf(page.text)})
    assert refused.status_code == 409
    # An editor declines it after all: the reason is mailed, what readers see stays.
    empty = editor.post(f"/suggestions/{one.id}/decline", reason=" ")
    assert empty.status_code == 409
    assert editor.post(f"/suggestions/{one.id}/decline", reason="Too late.").status_code == 303
    assert "Too late." in mail_to(fresh, "walker@example.org", "About your suggestion")
    assert fresh.workspace.catalogue.version(SLUG, number).state == "withdrawn"
    assert "declined" in client.get(path).text


@pytest.mark.parametrize("name", ["Rea", "Bo"])
def test_suggestions_are_for_editors(running: Running, name: str) -> None:
    assert running.signed_in(name).get("/suggestions").status_code == 403


def test_filters_show_a_state_and_an_article(running: Running) -> None:
    confirmed(running, "filter@example.org")
    (one, *_) = running.community.suggestions.listing(["received"])
    editor: Browser = running.signed_in("Ed")
    listed = editor.get("/suggestions?state=received").text
    assert one.id in listed
    assert f'<a href="/suggestions/{one.id}" dir="auto">An Article</a>' in listed
    assert one.id not in editor.get("/suggestions?state=published").text
    assert one.id not in editor.get("/suggestions?slug=other").text
    assert editor.get(f"/suggestions?state={EVIL}").status_code == 200


def test_what_is_hostile_runs_in_no_page_and_breaks_no_mail(fresh: Running) -> None:
    live = fresh.workspace.catalogue.published(SLUG)
    assert live is not None
    clean = EVIL.replace("\u202e", "")
    proposal = Proposal(
        slug=SLUG,
        version=live.digest,
        quote=clean,
        kind="error",
        text=clean,
        sources=(f"https://a.example/?{'x' * 100}&lt;script&gt;", clean),
        email="reader@example.org",
        credit="name",
        name=clean[:100],
    )
    store = fresh.community.suggestions
    one = store.add(proposal)
    store.step(one.id, "confirm", seen="unconfirmed", party="suggester")
    suggesting.start(fresh.workspace, one.id, clean[:100])
    editor = fresh.signed_in("Ed")
    for path in ("/suggestions?state=drafting", f"/suggestions/{one.id}"):
        text = editor.get(path).text
        assert "alert(1)" in text
        for tag in ("<script>alert", "<img", ">49<"):
            assert tag not in text.replace(one.id, "")
    editor.post(f"/suggestions/{one.id}/decline", reason=f"No. {clean}\r\nBcc: x@y.org")
    body = mail_to(fresh, "reader@example.org", "About your suggestion")
    assert clean in body
    sent = send(fresh, text=EVIL, sources="https://a.example/<script>alert(1)</script>")
    assert sent.status_code == 422
    assert "<script>alert" not in sent.text
