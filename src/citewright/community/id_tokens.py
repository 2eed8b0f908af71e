"""ID tokens of OpenID Connect (Core 1.0, 3.1.3.7): whether one was made here, for us, and now.

Signatures are verified by joserfc, which the extra ``oidc`` brings; it is imported when used.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from citewright.errors import CitewrightError, SettingsError

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    "Ed25519",
)  # fmt: skip
"""What a signature may be made by: with a private key, whatever the token says of itself. Neither
``none`` nor one by a shared secret, for which a public key could be taken."""

LEEWAY = 60
"""Seconds by which the provider's clock may differ from this machine's."""

_LONGEST_HEADER = 8192
"""Some providers put a chain of certificates into a token's header."""


class Untrusted(CitewrightError):
    """What came from the provider, or from the browser in its name, does not hold."""


class UnknownKey(Untrusted):
    """The token is signed by none of the keys, or not as it says: they may have changed."""


def needs_the_extra() -> None:
    """Tell now what would be missing later.

    :raises SettingsError: when joserfc is not installed.
    """
    try:
        import joserfc  # noqa: F401
    except ImportError as error:
        raise SettingsError(
            "sign-in by OpenID Connect needs the package 'joserfc', which is not installed.",
            hint="Install it: pip install 'citewright[oidc]'.",
        ) from error


def import_keys(found: Mapping[str, Any]) -> KeySet:
    """The public keys for signatures in a set of keys (RFC 7517); others are passed over.

    :raises Untrusted: when there is none.
    """
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, JWKRegistry, KeySet, OKPKey, RSAKey

    usable: list[RSAKey | ECKey | OKPKey] = []
    listed = found.get("keys")
    for one in listed if isinstance(listed, list) else []:
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        try:
            key = JWKRegistry.import_key(one)
        except (JoseError, ValueError, TypeError, KeyError):
            # Of a kind that is not known here, or broken: what it signs is refused below.
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey):
            usable.append(key)
    if not usable:
        raise Untrusted("the provider publishes no key that could be used.")
    return KeySet([*usable])


def verified(
    token: str, keys: KeySet, issuer: str, client: str, nonce: str, moment: datetime
) -> dict[str, Any]:
    """The claims of an ID token that holds.

    :param nonce: what this sign-in was begun with.
    :param moment: the time now.
    :raises UnknownKey: when none of the keys signed it.
    :raises Untrusted: when anything else is wrong with it; the message says what, and nothing of
        what the token holds.
    """
    from joserfc import jwt
    from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
    from joserfc.jws import JWSRegistry

    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_header_length = _LONGEST_HEADER
    rules = jwt.JWTClaimsRegistry(
        now=int(moment.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        sub={"essential": True},
        aud={"essential": True, "value": client},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(token, keys, registry=registry).claims
        rules.validate(claims)
    except (InvalidKeyIdError, BadSignatureError) as error:
        raise UnknownKey("the ID token is signed by no key of the provider.") from error
    except (JoseError, ValueError, TypeError) as error:
        what = error.error if isinstance(error, JoseError) else type(error).__name__
        claim = getattr(error, "claim", "")
        raise Untrusted(f"the ID token does not hold: {what} {claim}".strip() + ".") from error
    # For others beside us: none of them is trusted here (3.1.3.7, rule 3).
    if claims["aud"] not in (client, [client]) or claims.get("azp", client) != client:
        raise Untrusted("the ID token was made for somebody else: aud or azp.")
    return claims
