"""Who may do what, by the table; sign-in, sessions, forms, headers, errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes

import httpx
import pytest

from citewright.errors import SettingsError
from citewright.model.community import ROLES
from citewright.web.app import create_app, permissions
from citewright.web.permissions import LEAST, permits
from citewright.web.shield import MOST_BYTES
from tests.web.desk import PEOPLE, SLUG, Running, calls_of, csrf, opened, served, two


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    workspace = opened(tmp_path_factory.mktemp("web") / "project")
    two(workspace)
    calls_of(workspace)
    with served(workspace) as found:
        yield found


def names() -> dict[str | None, str | None]:
    return {None: None} | {role: name for name, role in PEOPLE.items() if name != "Bea"}


def concrete(path: str) -> str:
    values = {"slug": SLUG, "number": "1.1", "change": "c-000000000000", "key": "invented-2020",
              "run": "run-1", "version": "x", "name": "x", "token": "x"}  # fmt: skip
    filled = path.replace("{path:path}", "nothing").replace("/accounts/{number}", "/accounts/999")
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], filled)


def test_every_route_lets_through_whom_the_table_says_and_nobody_else(running: Running) -> None:
    app = create_app(running.workspace, address="http://localhost:1", deliver=False)
    routes = [(route, need) for route, need in permissions(app)]
    assert {need for _, need in routes} == set(LEAST), "a permission that no route asks for"
    for role, name in names().items():
        client = running.signed_in(name).client if name else running.anonymous()
        keyed = {"Authorization": f"Bearer {running.key(name)}"} if name else {}
        for route, need in routes:
            for method in sorted(route.methods & {"GET", "POST"}):
                # Signing out would end the walk.
                if "sign-out" in route.path and method == "POST" and role is not None:
                    continue
                path = concrete(route.path)
                api = path.startswith("/api/") or path == "/metrics"
                answer = client.request(method, path, headers=keyed if api else {})
                refused = (
                    answer.status_code in (401, 403)
                    or answer.headers.get("location", "").startswith("/sign-in?next=")
                ) and "form is out of date" not in answer.text
                assert refused != permits(role, need), (role, method, path, answer.status_code)
                assert answer.status_code < 500, (method, path, answer.text)


def test_roles_include_the_ones_before_them() -> None:
    for need in LEAST:
        allowed = [permits(role, need) for role in (None, *ROLES)]
        assert allowed == sorted(allowed)


def test_a_route_without_a_permission_keeps_the_application_from_starting(
    running: Running,
) -> None:
    app = create_app(running.workspace, address="http://localhost:1", deliver=False)
    app.add_api_route("/open", lambda: None)
    with pytest.raises(TypeError, match="'/open' names 0 permissions"):
        list(permissions(app))


def mailed(running: Running) -> list[str]:
    folder = running.workspace.project / "output" / "outbox"
    files = sorted(folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    return [message_from_bytes(one.read_bytes()).get_payload(decode=True).decode() for one in files]


def wait_for_mail(running: Running, more_than: int) -> list[str]:
    import time

    for _ in range(6000):
        if len(found := mailed(running)) > more_than:
            return found
        time.sleep(0.05)
    raise AssertionError("no mail came")


def test_sign_in_by_a_mailed_link_works_once(running: Running) -> None:
    client = running.anonymous()
    asked = client.get("/queue")
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/queue")
    form = client.get("/sign-in?next=/queue")
    before = len(mailed(running))
    fields = {"csrf": csrf(form.text), "next": "/queue"}
    known = client.post("/sign-in", data=fields | {"email": "bo@EXAMPLE.org"})
    unknown = client.post("/sign-in", data=fields | {"email": "nobody@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    (link,) = re.findall(r"http://\S+", wait_for_mail(running, before)[-1])
    page = client.get(link)
    assert "Sign in</button>" in page.text
    assert client.get(link).status_code == 200, "a scanner's GET uses nothing up"
    path = link.partition("?")[0]
    done = client.post(path, data={"csrf": csrf(page.text), "next": "/queue"})
    assert (done.status_code, done.headers["location"]) == (303, "/queue")
    cookie = next(one for one in done.headers.get_list("set-cookie") if "session=" in one)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/queue").status_code == 200
    other = running.anonymous()
    again = other.get(link)
    assert again.status_code == 410
    form = other.get("/sign-in")
    assert other.post(path, data={"csrf": csrf(form.text)}).status_code == 410


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil", "/a\nb"])
def test_a_link_leads_to_the_own_pages_only(running: Running, path: str) -> None:
    page = running.anonymous().get("/sign-in", params={"next": path})
    assert "evil" not in page.text
    assert 'name="next" value=""' in page.text


def test_signing_out_ends_the_session_on_the_server(running: Running) -> None:
    first, second = running.signed_in("Rea"), running.signed_in("Rea")
    cookie = dict(first.client.cookies)
    assert first.post("/sign-out").headers["location"] == "/sign-in"
    stolen = httpx.Client(base_url=running.address, cookies=cookie)
    assert stolen.get("/account").status_code == 303
    third = running.signed_in("Rea")
    assert second.post("/sign-out/everywhere").status_code == 303
    assert third.get("/account").status_code == 303


def test_a_form_from_elsewhere_is_refused(running: Running) -> None:
    ada = running.signed_in("Ada")
    fields = {"email": "new@example.org", "name": "New", "role": "administrator"}
    assert ada.client.post("/accounts", data=fields).status_code == 403
    assert ada.client.post("/accounts", data=fields | {"csrf": "0" * 64}).status_code == 403
    token = csrf(ada.get("/account").text)
    for origin in ("https://evil.example", "null"):
        answer = ada.client.post(
            "/accounts", data=fields | {"csrf": token}, headers={"Origin": origin}
        )
        assert answer.status_code == 403
    bo = running.signed_in("Bo")
    foreign = csrf(bo.get("/account").text)
    assert ada.client.post("/accounts", data=fields | {"csrf": foreign}).status_code == 403
    assert running.community.accounts.by_email("new@example.org") is None


def test_a_cookie_is_no_key_and_a_key_is_no_cookie(running: Running) -> None:
    ada = running.signed_in("Ada")
    assert ada.get("/api/v1/articles").status_code == 401
    keyed = {"Authorization": f"Bearer {running.key('Ada')}"}
    assert running.anonymous().get("/accounts", headers=keyed).status_code == 303
    assert running.anonymous().get("/api/v1/articles", headers=keyed).status_code == 200


def test_a_disabled_account_is_out_at_once(running: Running) -> None:
    accounts = running.community.accounts
    made = accounts.create("gone@example.org", "Gone", "editor")
    browser, key = running.signed_in("Gone"), running.key("Gone")
    ada = running.signed_in("Ada")
    done = ada.post(f"/accounts/{made.id}", role="editor", disabled="yes")
    assert done.status_code == 303
    assert browser.get("/account").status_code == 303
    keyed = {"Authorization": f"Bearer {key}"}
    assert running.anonymous().get("/api/v1/articles", headers=keyed).status_code == 401


def test_the_last_administrator_stays(running: Running) -> None:
    ada = running.signed_in("Ada")
    me = running.community.accounts.by_email("ada@example.org")
    refused = ada.post(f"/accounts/{me.id}", role="reader")
    assert refused.status_code == 409
    assert "last administrator" in refused.text


def test_headers_of_every_answer(running: Running) -> None:
    client = running.anonymous()
    for path in ("/sign-in", "/nowhere", "/api/v1/articles", "/healthz"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "permissions-policy" in headers
        assert "strict-transport-security" not in headers, "this is plain http"
        assert "server" not in headers


def test_head_is_answered_like_get_and_without_a_body(running: Running) -> None:
    client = running.anonymous()
    for path in ("/sign-in", "/nowhere", "/queue"):
        asked, got = client.request("HEAD", path), client.get(path)
        assert asked.status_code == got.status_code
        assert asked.headers["content-type" if got.content else "location"]
        assert asked.content == b""


def test_who_signs_in_begins_with_their_work(running: Running) -> None:
    for name, page in (("Rea", "/articles"), ("Bo", "/queue")):
        answer = running.signed_in(name).get("/sign-in")
        assert (answer.status_code, answer.headers["location"]) == (303, page)


def test_by_https_cookies_are_bound_to_the_host(running: Running) -> None:
    app = create_app(running.workspace, address="https://wiki.example", deliver=False)
    transport = httpx.ASGITransport(app=app)

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="https://wiki.example") as one:
            return await one.get("/sign-in")

    import anyio

    answer = anyio.run(get)
    assert answer.headers["set-cookie"].startswith("__Host-visit=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize(
    ("address", "said"),
    [("http://wiki.example", "in the clear"), ("wiki.example", "no address"),
     ("https://wiki.example/app", "no address")],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused(
    running: Running, address: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        create_app(running.workspace, address=address, deliver=False)


def test_other_hosts_and_large_bodies_are_refused(running: Running) -> None:
    client = running.anonymous()
    assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
    assert client.post("/sign-in", content=b"x" * (MOST_BYTES + 1)).status_code == 413

    def parts() -> Iterator[bytes]:
        yield b"email=a"

    assert client.post("/sign-in", content=parts()).status_code == 411


def test_errors_tell_nothing_of_the_inside(running: Running) -> None:
    broken = running.workspace.project / "sources" / "library" / "invented-2020.yaml"
    kept = broken.read_text(encoding="utf-8")
    bo = running.signed_in("Bo")
    try:
        broken.write_text("key: [", encoding="utf-8")
        answer = bo.get("/sources/invented-2020")
    finally:
        broken.write_text(kept, encoding="utf-8")
    assert answer.status_code == 500
    assert re.search(r"the reference <code>[0-9a-f]{12}<", answer.text)
    for inner in (str(running.workspace.project), "Traceback", "yaml"):
        assert inner not in answer.text
    problem = running.anonymous().get("/api/v1/articles")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.headers["www-authenticate"] == "Bearer"
    assert problem.json()["status"] == 401


def test_links_that_are_asked_for_too_often_are_not_sent(tmp_path) -> None:
    workspace = opened(tmp_path / "project")
    with served(workspace) as running:
        client = running.anonymous()
        fields = {"csrf": csrf(client.get("/sign-in").text), "email": "bo@example.org"}
        answers = [client.post("/sign-in", data=fields).status_code for _ in range(31)]
        assert answers == [200] * 30 + [429]
        assert running.community.outbox.counts() in ({"due": 5}, {"sent": 5}) or (
            sum(running.community.outbox.counts().values()) == 5
        )


def test_what_was_done_stands_in_the_audit_log(running: Running) -> None:
    running.signed_in("Bo").get("/audit")
    noted = [(one.actor, one.action) for one in running.community.audit.listing()]
    assert ("Bo", "signed in") in noted
    assert ("Bo", "refused") in noted
    assert "Audit log" in running.signed_in("Ada").get("/audit").text
