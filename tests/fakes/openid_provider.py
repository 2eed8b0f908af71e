"""A provider of OpenID Connect on a loopback port; it signs by ``cryptography`` alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from fakes.loopback import Loopback

CLIENT, SECRET = "citewright", "an invented secret+with/signs"


def encoded(data: bytes | dict[str, Any]) -> str:
    """In base64 as JOSE has it."""
    raw = json.dumps(data).encode() if isinstance(data, dict) else data
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def fresh_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Key:
    """A key that tokens are signed with."""

    kid: str
    private: rsa.RSAPrivateKey = field(default_factory=fresh_key)

    def public(self) -> dict[str, str]:
        numbers = self.private.public_key().public_numbers()
        size = (numbers.n.bit_length() + 7) // 8
        n, e = numbers.n.to_bytes(size, "big"), numbers.e.to_bytes(3, "big")
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid,
                "n": encoded(n), "e": encoded(e)}  # fmt: skip

    def pem(self) -> bytes:
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, spki)


@dataclass
class Provider(Loopback):
    """Says who everybody is: ``email``.

    ``claims`` go over those of the ID token (None leaves one out), ``metadata`` over those of the
    provider. ``algorithm`` and ``header`` are for what tokens lie about. ``status`` has answers of
    single paths that fail. ``asked`` are the paths of all requests.
    """

    email: str = "bo@example.org"
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    by_page: bool = False
    refusing: bool = False
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    key: Key = field(default_factory=lambda: Key("first"))
    port: int = 0

    def __post_init__(self) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        # What is published; tokens may be signed with a key that is not there (any more).
        self.published = [self.key]

    @property
    def issuer(self) -> str:
        return self.base_url

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return _handler(self)

    def configuration(self) -> dict[str, Any]:
        at = self.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize?tenant=one",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "userinfo_endpoint": f"{at}/userinfo",
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata

    def consent(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code for what was asked."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["scope"] == "openid email"
        assert asked["tenant"] == "one"
        back = {"state": asked["state"], "iss": self.issuer}
        if self.refusing:
            more = {"error": "access_denied", "error_description": "<b>no</b>"}
            return f"{asked['redirect_uri']}?{urlencode(back | more)}"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode(back | {'code': code})}"

    def grant(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint; a code holds once."""
        mine = f"{quote_plus(CLIENT)}:{quote_plus(SECRET)}".encode()
        if authorization != f"Basic {base64.b64encode(mine).decode()}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or asked["redirect_uri"] != form.get("redirect_uri")
            or asked["code_challenge"] != encoded(digest)
        ):
            return 400, {"error": "invalid_grant"}
        token = self.token(asked["nonce"])
        return 200, {"access_token": "for userinfo", "token_type": "Bearer", "id_token": token}

    def token(self, nonce: str) -> str:
        """An ID token."""
        moment = int(time.time())
        claims = {
            "iss": self.issuer, "sub": f"sub of {self.email}", "aud": CLIENT, "nonce": nonce,
            "iat": moment, "exp": moment + 300, "email": self.email, "email_verified": True,
        } | self.claims  # fmt: skip
        said = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid, "typ": "JWT"}
        signed = f"{encoded(header)}.{encoded(said)}"
        return f"{signed}.{encoded(self._signature(signed.encode()))}"

    def _signature(self, data: bytes) -> bytes:
        if self.algorithm == "none":
            return b""
        if self.algorithm == "HS256":
            return hmac.digest(self.key.pem(), data, "sha256")
        return self.key.private.sign(data, padding.PKCS1v15(), hashes.SHA256())


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            provider.asked.append(parts.path)
            if parts.path == "/authorize":
                self._authorize(asked)
                return
            known = {
                "/.well-known/openid-configuration": provider.configuration,
                "/keys": lambda: {"keys": [one.public() for one in provider.published]},
                "/userinfo": self._person,
            }
            self._json(200, known[parts.path]())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._json(*provider.grant(form, self.headers.get("Authorization", "")))

        def _person(self) -> dict[str, Any]:
            assert self.headers["Authorization"] == "Bearer for userinfo"
            sub = f"sub of {provider.email}"
            return {"sub": sub, "email": provider.email, "email_verified": True} | provider.person

        def _authorize(self, asked: dict[str, str]) -> None:
            back = provider.consent(asked)
            if not provider.by_page:
                self.send_response(303)
                self.send_header("Location", back)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            link = f'<a href="{html.escape(back)}">I am {html.escape(provider.email)}</a>'
            self._send(200, f"<!doctype html><title>Who?</title>{link}".encode(), "text/html")

        def _json(self, status: int, found: dict[str, Any]) -> None:
            failing = provider.status.get(urlsplit(self.path).path)
            self._send(failing or status, json.dumps(found).encode(), "application/json")

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Tests print nothing."""

    return Handler
