"""Sign-in by a provider of OpenID Connect; needs the extra ``oidc``.

The authorization code flow of OpenID Connect Core 1.0 (section 3.1) with PKCE (RFC 7636), the
``iss`` of RFC 9207 and the provider's metadata by OpenID Connect Discovery 1.0. Nothing is asked of
the provider before somebody signs in, so that the application starts without it.

The issuer is the administrator's word and no reader's, so it may have an address that is not
public; see :mod:`citewright.community.openid_asking`.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode, urlsplit

from pydantic import SecretStr, TypeAdapter, ValidationError

from citewright.community.id_tokens import (
    UnknownKey,
    Untrusted,
    import_keys,
    needs_the_extra,
    verified,
)
from citewright.community.openid_asking import Metadata, ask, is_safe, metadata_of
from citewright.database.times import now
from citewright.errors import SettingsError
from citewright.model.community import Email
from citewright.settings import Settings

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

KEPT = 600.0
"""Seconds for which the provider's metadata and keys are not asked for again."""

RETURN_PATH = "/openid/return"
"""Where at the application the provider sends people back to."""

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


@dataclass(frozen=True)
class Registration:
    """What the provider knows the application by.

    ``secret`` is None for a public client. ``redirect`` is the address of the application that the
    provider sends people back to.
    """

    issuer: str
    client: str
    secret: SecretStr | None
    redirect: str


@dataclass(frozen=True)
class Person:
    """Whom the provider vouches for; ``email`` is verified by it."""

    subject: str
    email: str


@dataclass(frozen=True)
class Secrets:
    """What belongs to one sign-in: ``state`` and ``nonce`` are seen by the provider, the
    ``verifier`` only with the code."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider, and what is known of it.

    :param clock: the time that tokens are judged by.
    :raises SettingsError: for an issuer that cannot be one, and where the extra is not installed.
    """

    def __init__(self, registration: Registration, clock: Callable[[], datetime] = now) -> None:
        needs_the_extra()
        issuer = urlsplit(registration.issuer)
        if not is_safe(registration.issuer) or issuer.query or issuer.fragment:
            raise SettingsError(
                f"the setting 'oidc_issuer' cannot be used: {registration.issuer!r}.",
                hint="It begins with https:// (http:// only on this machine) and has no query.",
            )
        self._registration = registration
        self._clock = clock
        self._metadata: tuple[float, Metadata] | None = None
        self._keys: tuple[float, KeySet] | None = None

    @property
    def host(self) -> str:
        """The issuer's host, for people to know it by."""
        return urlsplit(self._registration.issuer).netloc

    def address(self, secrets: Secrets) -> str:
        """Where a browser is sent to sign in.

        :raises Unavailable: when the provider's metadata cannot be had.
        """
        digest = hashlib.sha256(secrets.verifier.encode("ascii")).digest()
        asked = {
            "response_type": "code",
            "client_id": self._registration.client,
            "redirect_uri": self._registration.redirect,
            "scope": "openid email",
            "state": secrets.state,
            "nonce": secrets.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        endpoint = self._known().authorize
        return endpoint + ("&" if "?" in endpoint else "?") + urlencode(asked)

    def person(self, code: str, secrets: Secrets, issuer: str | None) -> Person:
        """Whom a code stands for, which is used with that.

        :param issuer: the ``iss`` that came with the code, if one did.
        :raises Untrusted: when the provider refuses the code, or what it answers does not hold.
        :raises Unavailable: when it cannot be asked.
        """
        known = self._known()
        if issuer != self._registration.issuer and (issuer is not None or known.names_itself):
            raise Untrusted(f"the answer names the issuer {str(issuer)[:100]!r}.")
        granted = self._exchange(known, code, secrets.verifier)
        claims = self._verified(known, granted.get("id_token"), secrets.nonce)
        if "email" not in claims and known.person:
            claims = self._asked_for_more(known.person, claims, granted.get("access_token"))
        return _person(claims)

    def greet(self) -> str:
        """Ask for the provider's metadata and keys; gives the redirect address to register there.

        :raises Unavailable: when they cannot be had.
        :raises Untrusted: when it has no key that can be used.
        """
        self._signing_keys(self._known())
        return self._registration.redirect

    def _known(self) -> Metadata:
        kept = self._metadata
        if kept is not None and time.monotonic() - kept[0] <= KEPT:
            return kept[1]
        issuer = self._registration.issuer
        known = metadata_of(issuer)
        self._metadata = time.monotonic(), known
        return known

    def _exchange(self, known: Metadata, code: str, verifier: str) -> dict[str, Any]:
        mine = self._registration
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": mine.redirect,
            "code_verifier": verifier,
        }
        headers: dict[str, str] = {}
        if mine.secret is None or known.by_post:
            form["client_id"] = mine.client
            if mine.secret is not None:
                form["client_secret"] = mine.secret.get_secret_value()
        else:
            pair = f"{quote_plus(mine.client)}:{quote_plus(mine.secret.get_secret_value())}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        status, answer = ask("POST", known.token, form=form, headers=headers)
        if status != 200:
            said = answer.get("error")
            raise Untrusted(f"the provider refused the code: {error_code(said)}.")
        return answer

    def _verified(self, known: Metadata, token: object, nonce: str) -> dict[str, Any]:
        if not isinstance(token, str):
            raise Untrusted("the provider gave no ID token.")
        mine, moment = self._registration, self._clock()
        keys, fresh = self._signing_keys(known)
        try:
            return verified(token, keys, mine.issuer, mine.client, nonce, moment)
        except UnknownKey:
            if fresh:
                raise
        # Providers change their keys, and then sign with one that was not there before.
        self._keys = None
        keys, _ = self._signing_keys(known)
        return verified(token, keys, mine.issuer, mine.client, nonce, moment)

    def _signing_keys(self, known: Metadata) -> tuple[KeySet, bool]:
        """The provider's keys, and whether they were asked for just now."""
        kept = self._keys
        if kept is not None and time.monotonic() - kept[0] <= KEPT:
            return kept[1], False
        _, found = ask("GET", known.keys)
        keys = import_keys(found)
        self._keys = time.monotonic(), keys
        return keys, True

    def _asked_for_more(
        self, address: str, claims: Mapping[str, Any], access: object
    ) -> dict[str, Any]:
        """The claims with those of the provider's UserInfo (Core 1.0, 5.3), which some need."""
        if not isinstance(access, str):
            raise Untrusted("the provider gave no address of whom it signed in.")
        _, more = ask("GET", address, headers={"Authorization": f"Bearer {access}"})
        if more.get("sub") != claims["sub"]:
            raise Untrusted("the provider's UserInfo is about somebody else.")
        return {**more, **claims}


def provider_of(settings: Settings, address: str) -> Provider | None:
    """The provider that people may sign in with; None where none is set. It is asked for nothing.

    :param address: the application's address, without a path.
    :raises SettingsError: when it could not be used with these settings.
    """
    if settings.oidc_issuer is None:
        return None
    if not settings.oidc_client:
        raise SettingsError(
            "the setting 'oidc_issuer' is of no use without 'oidc_client'.",
            hint="Set it to the client_id that the provider gave you.",
        )
    registration = Registration(
        issuer=settings.oidc_issuer,
        client=settings.oidc_client,
        secret=settings.oidc_secret,
        redirect=f"{address}{RETURN_PATH}",
    )
    return Provider(registration)


def error_code(said: object) -> str:
    """An error code of OAuth 2.0 as a log may show it; ``unnamed`` for anything else."""
    return said if isinstance(said, str) and re.fullmatch(r"[a-z_]{1,40}", said) else "unnamed"


def _person(claims: Mapping[str, Any]) -> Person:
    # Some providers write the truth as a text.
    if claims.get("email_verified") not in (True, "true"):
        raise Untrusted("the provider has not verified the e-mail address.")
    try:
        # ASCII only: addresses are compared without case, and there "K" (Kelvin) equals "k".
        email = _EMAIL.validate_python(claims.get("email"))
    except ValidationError as error:
        raise Untrusted("the provider gave no e-mail address that can be compared.") from error
    return Person(claims["sub"], email)
