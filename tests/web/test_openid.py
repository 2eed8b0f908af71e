"""Sign-in by OpenID Connect, against a provider that speaks it over HTTP and lies where told."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from browser import chromium
from fakes.openid_provider import CLIENT, SECRET, Key, Provider

from citewright.community.openid import provider_of
from citewright.errors import SettingsError
from citewright.settings import Settings
from tests.web.desk import Running, csrf, opened, served

pytestmark = pytest.mark.xdist_group("openid")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider() as found:
        yield found


@pytest.fixture(scope="module")
def running(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITEWRIGHT_OIDC_SECRET", SECRET)
        project = tmp_path_factory.mktemp("openid") / "project"
        settings = {"oidc_issuer": provider.issuer, "oidc_client": CLIENT, "oidc_name": "the <U>"}
        with served(opened(project, **settings)) as found:
            yield found


@contextmanager
def but(provider: Provider, **values: Any) -> Iterator[None]:
    """The provider, otherwise than it is."""
    kept = {name: getattr(provider, name) for name in values}
    for name, value in values.items():
        setattr(provider, name, value)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(provider, name, value)


def begin(client: httpx.Client, path: str = "") -> str:
    """The address that a browser is sent on to."""
    form = client.get("/sign-in", params={"next": path}).text
    answer = client.post("/openid/start", data={"csrf": csrf(form), "next": path})
    assert answer.status_code == 200, answer.text
    assert "location" not in answer.headers
    (address,) = re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)
    return html.unescape(address)


def back(address: str) -> str:
    """The address that the provider sends a browser back to."""
    return httpx.get(address, follow_redirects=False).headers["location"]


def sign_in(running: Running, path: str = "") -> tuple[httpx.Client, httpx.Response]:
    client = running.anonymous()
    return client, client.get(back(begin(client, path)))


def newest(running: Running) -> tuple[str, str, str, str]:
    one = running.community.audit.listing(limit=1)[0]
    return one.actor, one.action, one.subject, one.detail


def is_in(client: httpx.Client) -> bool:
    return client.get("/account").status_code == 200


def test_whom_an_administrator_invited_is_signed_in(running: Running, provider: Provider) -> None:
    with but(provider, email="BO@example.org"):
        client, answer = sign_in(running, "/queue?origin=suggestion")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?origin=suggestion")
    assert is_in(client)
    assert newest(running)[:3] == ("Bo", "signed in by OpenID Connect", "bo@example.org")
    session = next(one for one in answer.headers.get_list("set-cookie") if "session=" in one)
    assert "HttpOnly" in session
    assert "SameSite=lax" in session


def test_what_the_provider_sees(running: Running) -> None:
    client = running.anonymous()
    first, second = begin(client), begin(client)
    asked = {name: one for name, (one,) in parse_qs(urlsplit(first).query).items()}
    other = {name: one for name, (one,) in parse_qs(urlsplit(second).query).items()}
    assert asked["redirect_uri"] == f"{running.address}/openid/return"
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 43
        assert asked[name] != other[name]
    kept = running.workspace.project.joinpath("output")
    for file in kept.rglob("*"):
        assert not file.is_file() or asked["state"].encode() not in file.read_bytes(), file


def test_nobody_gets_an_account_by_signing_in(running: Running, provider: Provider) -> None:
    before = len(running.community.accounts.listing())
    with but(provider, email="stranger@example.org"):
        client, answer = sign_in(running)
    assert answer.status_code == 403
    assert "There is no account for stranger@example.org" in answer.text
    assert not is_in(client)
    assert len(running.community.accounts.listing()) == before
    actor, action, subject, detail = newest(running)
    assert (actor, action) == ("", "sign-in by OpenID Connect refused")
    assert subject == "stranger@example.org"
    assert detail.startswith("no account")
    gone = running.community.accounts.create("out@example.org", "Out", "editor")
    running.community.accounts.change(gone.id, disabled=True)
    with but(provider, email="out@example.org"):
        client, answer = sign_in(running)
    assert (answer.status_code, is_in(client)) == (403, False)


LATE, SOON = int(time.time()) - 3600, int(time.time()) + 3600
LIES = {
    "nonce": {"claims": {"nonce": "of another sign-in"}},
    "no nonce": {"claims": {"nonce": None}},
    "aud": {"claims": {"aud": "somebody-else"}},
    "another aud beside": {"claims": {"aud": [CLIENT, "somebody-else"]}},
    "azp": {"claims": {"azp": "somebody-else"}},
    "iss": {"claims": {"iss": "https://evil.example"}},
    "expired": {"claims": {"exp": LATE, "iat": LATE - 300}},
    "never expires": {"claims": {"exp": None}},
    "not yet": {"claims": {"nbf": SOON}},
    "issued later": {"claims": {"iat": SOON}},
    "no subject": {"claims": {"sub": None}},
    "none": {"algorithm": "none"},
    "by the public key": {"algorithm": "HS256"},
    "a key of nobody": {"key": Key("first")},
    "a key that is not known": {"key": Key("forged")},
    "not verified": {"claims": {"email_verified": False}},
    "no word on verified": {"claims": {"email_verified": None}},
    "folds to Ask": {"email": "as\u212a@example.org"},
    "userinfo of another": {"claims": {"email": None}, "person": {"sub": "sub of another"}},
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_what_does_not_hold_signs_nobody_in(running: Running, provider: Provider, lie: str) -> None:
    if running.community.accounts.by_email("ask@example.org") is None:
        running.community.accounts.create("ask@example.org", "Ask", "administrator")
    with but(provider, **LIES[lie]):
        client, answer = sign_in(running)
    assert answer.status_code == 403, answer.text
    assert "the &lt;U&gt; answered does not hold" in answer.text
    assert not is_in(client)
    assert newest(running)[1] == "sign-in by OpenID Connect refused"
    client, answer = sign_in(running)
    assert is_in(client), "the next one, who tells the truth"


@pytest.mark.parametrize(
    "truth",
    [
        {"claims": {"aud": [CLIENT], "azp": CLIENT}},
        {"claims": {"email": None, "email_verified": None}},
        {"claims": {"email_verified": "true"}},
    ],
    ids=["a list", "by userinfo", "as a text"],
)
def test_what_holds_in_other_forms(
    running: Running, provider: Provider, truth: dict[str, Any]
) -> None:
    with but(provider, **truth):
        assert is_in(sign_in(running)[0])


def test_keys_may_be_changed(running: Running, provider: Provider) -> None:
    assert is_in(sign_in(running)[0])
    asked = provider.asked.count("/keys")
    assert is_in(sign_in(running)[0])
    assert provider.asked.count("/keys") == asked, "they are kept"
    second = Key("second")
    with but(provider, key=second, published=[second]):
        assert is_in(sign_in(running)[0])
    again = Key("second")
    with but(provider, key=again, published=[again]):
        assert is_in(sign_in(running)[0]), "another key by the same name"
    assert is_in(sign_in(running)[0])


def test_a_sign_in_works_once_and_in_the_browser_that_began_it(
    running: Running, provider: Provider
) -> None:
    client = running.anonymous()
    whole = back(begin(client))
    other = running.anonymous()
    other.get("/sign-in")
    refused = other.get(whole)
    assert (refused.status_code, is_in(other)) == (403, False), "somebody else's link"
    assert "not begun in this browser" in refused.text
    assert client.get(whole).status_code == 403, "it was used up by the one who had no right to it"
    client, _ = sign_in(running)
    whole = back(begin(running_again := running.anonymous()))
    assert running_again.get(whole).status_code == 303
    running_again.cookies.delete("session")
    assert running_again.get(whole).status_code == 403
    assert not is_in(running_again)
    state = parse_qs(urlsplit(begin(client := running.anonymous())).query)["state"][0]
    more = {"code": "x", "iss": provider.issuer}
    forged = client.get("/openid/return", params={"state": state} | more)
    assert forged.status_code == 403
    assert "invalid_grant" in newest(running)[3]


def test_the_code_of_one_sign_in_does_not_fit_another(running: Running) -> None:
    victim, attacker = running.anonymous(), running.anonymous()
    stolen = parse_qs(urlsplit(back(begin(victim))).query)["code"][0]
    own = httpx.URL(back(begin(attacker))).copy_set_param("code", stolen)
    assert attacker.get(str(own)).status_code == 403
    assert not is_in(attacker)


@pytest.mark.parametrize("named", ["https://evil.example", None])
def test_an_answer_says_whose_it_is(running: Running, named: str | None) -> None:
    client = running.anonymous()
    whole = httpx.URL(back(begin(client)))
    changed = whole.copy_set_param("iss", named) if named else whole.copy_remove_param("iss")
    assert client.get(str(changed)).status_code == 403
    assert not is_in(client)


def test_who_is_refused_by_the_provider_is_told(running: Running, provider: Provider) -> None:
    with but(provider, refusing=True):
        client, answer = sign_in(running)
    assert answer.status_code == 403
    assert "the &lt;U&gt; did not sign you in" in answer.text
    assert "access_denied" in newest(running)[3]
    assert not is_in(client)


def test_a_provider_that_fails_stops_only_itself(running: Running, provider: Provider) -> None:
    with but(provider, status={"/token": 500}):
        _, answer = sign_in(running)
    assert answer.status_code == 503
    assert "cannot be reached now" in answer.text
    assert provider.issuer not in answer.text
    assert is_in(sign_in(running)[0])


def test_the_session_before_ends(running: Running) -> None:
    client, _ = sign_in(running)
    first = client.cookies["session"]
    whole = back(begin(other := running.anonymous()))
    # The same browser, which signed in by mail meanwhile.
    other.cookies.set("session", first)
    assert other.get(whole).status_code == 303
    assert running.community.sessions.find(first) is None


def test_a_form_from_elsewhere_begins_nothing(running: Running) -> None:
    client = running.anonymous()
    token = csrf(client.get("/sign-in").text)
    evil = {"Origin": "https://evil.example"}
    assert client.post("/openid/start", data={"csrf": token}, headers=evil).status_code == 403
    assert client.post("/openid/start", data={"csrf": "0" * 64}).status_code == 403
    assert client.get("/openid/start").status_code in (404, 405)


def test_it_starts_without_its_provider_and_without_one_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITEWRIGHT_OIDC_SECRET", SECRET)
    with Provider() as first:
        port = first.port
    settings = {"oidc_issuer": f"http://127.0.0.1:{port}", "oidc_client": CLIENT}
    with served(opened(tmp_path / "one", **settings)) as running:
        client = running.anonymous()
        form = client.get("/sign-in").text
        assert f"Sign in with 127.0.0.1:{port}</button>" in form
        answer = client.post("/openid/start", data={"csrf": csrf(form)})
        assert (answer.status_code, "cannot be reached now" in answer.text) == (503, True)
        with Provider(port=port):
            assert is_in(sign_in(running)[0]), "as soon as it is there"
    with served(opened(tmp_path / "two")) as running:
        client = running.anonymous()
        form = client.get("/sign-in").text
        assert "Sign in with" not in form
        assert client.post("/openid/start", data={"csrf": csrf(form)}).status_code == 404
        assert client.get("/openid/return?state=x&code=y").status_code == 404


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        ({"issuer": "https://evil.example"}, 503),
        ({"token_endpoint": "http://evil.example/token"}, 503),
        ({"authorization_endpoint": "javascript:alert(1)"}, 503),
        ({"jwks_uri": None}, 503),
    ],
)
def test_metadata_that_cannot_be_trusted(
    tmp_path: Path, metadata: dict[str, Any], status: int
) -> None:
    with Provider(metadata=metadata) as provider:
        settings = {"oidc_issuer": provider.issuer, "oidc_client": CLIENT}
        with served(opened(tmp_path / "project", **settings)) as running:
            client = running.anonymous()
            form = client.get("/sign-in").text
            assert client.post("/openid/start", data={"csrf": csrf(form)}).status_code == status


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"oidc_issuer": "https://login.example"}, "oidc_client"),
        ({"oidc_issuer": "http://login.example", "oidc_client": "x"}, "https://"),
        ({"oidc_issuer": "https://", "oidc_client": "x"}, "https://"),
    ],
)
def test_settings_that_cannot_be_used(settings: dict[str, str], said: str) -> None:
    # Past the pattern of the setting, which refuses some of them before.
    made = Settings.model_construct(**settings)
    with pytest.raises(SettingsError, match=said):
        provider_of(made, "https://app.example")


@pytest.mark.browser
def test_in_a_browser_with_and_without_script(running: Running, provider: Provider) -> None:
    with chromium() as browser, but(provider, by_page=True, email="bea@example.org"):
        for script in (True, False):
            context = browser.new_context(java_script_enabled=script)
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.goto(f"{running.address}/review/none/1.0")
            page.get_by_role("button", name="Sign in with the <U>").click()
            page.get_by_role("link", name="I am bea@example.org").click()
            page.wait_for_url(f"{running.address}/review/none/1.0")
            assert page.locator("a.me").inner_text().startswith("Bea")
            assert not [one for one in said if "Content Security" in one]
            context.close()
