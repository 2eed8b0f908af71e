"""The whole way in a real browser, by mail, with and without script: from a reader's suggestion to
the published change with its credit."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from browser import chromium, expect
from commands import Cli
from fakes.claude_server import MESSAGES, ClaudeServer
from fakes.service_server import Reply, ServiceServer
from pipeline.small import SLUG
from pipeline.suggested import PAGE, SAID, Suggested
from ports import kept_port

from citewright.web.serving import listening
from tests.web.desk import Running, served
from tests.web.walking import decide_too_late, open_by_keys, open_by_mouse, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("suggest-walk")]

OTHER = (
    "Self-compassion practice is resumed after a pause of two weeks, the invented teachers advise, "
    "with kindness toward whatever the pause was about."
)
ALARMS = "window.fired = []; window.alert = () => window.fired.push(1);"


class Mailbox:
    """What an SMTP server was handed."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 taken"

    def wait(self, to: str, subject: str) -> str:
        """The mail to somebody, once it is there."""
        for _ in range(6000):
            for one in self.messages:
                if one["To"] == to and subject in str(one["Subject"]):
                    return str(one.get_content())
            time.sleep(0.05)
        raise AssertionError(f"no mail to {to}: {subject}")

    def link(self, to: str, subject: str) -> str:
        """The address in a mail."""
        (found,) = re.findall(r"http://\S+", self.wait(to, subject))
        return str(found)


@pytest.fixture
def walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Suggested, Running, Mailbox]]:
    mailbox = Mailbox()
    with kept_port() as port:
        controller = Controller(mailbox, hostname="127.0.0.1", port=port)
        controller.start()
    monkeypatch.setenv("CITEWRIGHT_SMTP_URL", f"smtp://127.0.0.1:{port}")
    listener = listening("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with ServiceServer({}) as server:
        project = Suggested(tmp_path / "project", server, app_url=address)
        again = PAGE.replace(SAID, OTHER).replace("week by week", "after a pause")
        server.routes["/pause"] = Reply(again.encode(), media_type="text/html")
        with served(project.workspace, serve_site=True, listener=listener) as running:
            yield project, running, mailbox
    controller.stop()


def test_from_a_suggestion_to_the_published_change(
    walked: tuple[Suggested, Running, Mailbox],
) -> None:
    project, running, mailbox = walked
    with chromium() as browser:
        for script, path, text, name in (
            (True, "/practice", SAID, "Ada Byron"),
            (False, "/pause", OTHER, "Grace <b>Hopper</b>"),
        ):
            walk(browser, project, running, mailbox, script=script, path=path, said=text, name=name)


def walk(browser, project, running, mailbox, *, script, path, said, name):
    mail = f"reader{int(script)}@example.org"
    context = browser.new_context(java_script_enabled=script)
    reader = context.new_page()
    if script:
        reader.add_init_script(ALARMS)
    site = f"{running.address}/{SLUG}/"

    # Read; the evidence behind a statement, by mouse and by keyboard.
    reader.goto(site)
    by_mouse = open_by_mouse(reader, "#sec-core-principles")
    assert open_by_keys(reader, "#sec-core-principles") == by_mouse

    # Vote, without a cookie, and back to the article.
    reader.get_by_role("button", name="Upvote").click()
    expect(reader.locator("main")).to_contain_text("You have upvoted this: 1 upvote now")
    assert running.community.votes.count(SLUG) == 1
    assert context.cookies() == []
    reader.get_by_role("link", name="Back to the article").click()
    expect(reader).to_have_url(site)

    # Suggest, first with a patient in it.
    amend = reader.locator("#sec-core-principles a.amend").first
    href = amend.get_attribute("href")
    assert href is not None
    reader.goto(href)
    reader.get_by_label("Something is missing").check()
    text = reader.get_by_label("What should change, and why")
    text.fill("My client Jane Roe, SSN 123-45-6789, asked what practice asks. <img src=x>")
    reader.get_by_label("Sources, one a line").fill(f"{project.server.base_url}{path}")
    reader.get_by_label("Your e-mail address").fill(mail)
    reader.get_by_label("By name").check()
    reader.get_by_label("Name for the credit").fill(name)
    reader.get_by_label("Nothing in my text identifies").check()
    reader.get_by_role("button", name="Send the suggestion").click()
    expect(reader.get_by_role("alert")).to_contain_text("not stored")
    expect(reader.locator("mark.certain").last).to_contain_text("123-45-6789")
    assert reader.locator("main img").count() == 0
    text.fill(
        "Self-compassion practice, week by week or after a pause of two weeks, is left out: what "
        "it asks of people <img src=x onerror=alert(1)>"
    )
    reader.get_by_role("button", name="Send the suggestion").click()
    expect(reader.locator("h1")).to_contain_text("One more step")

    # Confirm by the mailed link, and look where it stands.
    reader.goto(mailbox.link(mail, "confirm"))
    reader.get_by_role("button", name="Yes, it is from me").click()
    expect(reader.locator("p.lead")).to_contain_text("received")

    # An editor has it drafted.
    editing = signed_in(browser, running, "Ed", script=script)
    editor = editing.new_page()
    editor.goto(f"{running.address}/suggestions")
    editor.locator("table a").first.click()
    with editor.expect_navigation():
        editor.get_by_role("button", name="Have it drafted").click()
    (made,) = project.draft()
    assert made.result == "drafted", made

    # The draft's difference, and the reader's word on it.
    reader.goto(mailbox.link(mail, "drafted"))
    assert said[:60] in reader.locator("ins").all_inner_texts().__str__()
    reader.get_by_role("button", name="Yes, I approve it").click()
    expect(reader.locator("p.lead")).to_contain_text("waits for an editor")

    # Of two reviewers the second one is late: what they decide on is not as they saw it.
    decide_too_late(browser, running, f"/review/{SLUG}/{made.number}", script=script)

    # An editor approves and publishes it.
    editor.goto(f"{running.address}/review/{SLUG}/{made.number}")
    editor.locator("#reason").fill("Read against its source.")
    for act, state in (("Approve", "approved"), ("Publish", "published")):
        editor.get_by_role("button", name=act).click()
        expect(editor.locator(".state").first).to_have_text(state)
        assert project.workspace.catalogue.version(SLUG).state == state
    reader.goto(site)
    # What was read a minute ago comes from the browser's own cache.
    reader.reload()
    assert said in reader.inner_text("main")
    assert name in reader.locator("section.provenance").inner_text()
    assert mail not in reader.content()
    if script:
        assert reader.evaluate("window.fired") == []
    mailbox.wait(mail, "is published")
    context.close()
    editing.close()


@pytest.mark.parametrize("drafter", ["extractive", "claude"])
def test_a_command_runs_the_flow(flow_cli: Cli, tmp_path: Path, drafter: str) -> None:
    with ServiceServer({}) as server, ClaudeServer() as claude:
        if drafter == "claude":
            address = {"ANTHROPIC_BASE_URL": claude.base_url}
            flow_cli = flow_cli.with_environment(ANTHROPIC_API_KEY=claude.key, **address)
        project = Suggested(tmp_path / "project", server)
        one = project.received()
        at = ("--project", project.folder, "--json")
        listed = flow_cli("suggestions", "list", *at).json
        assert [row["id"] for row in listed["suggestions"]] == [one.id]
        assert "reader@example.org" not in str(listed)
        done = flow_cli("suggestions", "draft", "--drafter", drafter, *at)
        assert done.code == 0, done
        (made,) = done.json["suggestions"]
        assert (made["result"], made["number"]) == ("drafted", "1.1")
        asked = {one.section for one in claude.requests if one.path == MESSAGES} - {""}
        assert bool(asked) == (made["cost_usd"] > 0) == (drafter == "claude")
        assert flow_cli("outbox", "deliver", *at).json["sent"] == 2
        mails = list((project.folder / "output" / "outbox").glob("*.eml"))
        assert len(mails) == 2
        decided = ("--as", "Ed", "--reason", "No.")
        closed = flow_cli("suggestions", "decline", one.id, *decided, *at)
        assert closed.json["suggestions"][0]["state"] == "declined"
