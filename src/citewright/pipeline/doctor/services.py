"""Servers that are asked for something: the model's, and the one for mail."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2

from citewright.community.mailing import Smtp
from citewright.community.openid import provider_of
from citewright.errors import CitewrightError
from citewright.pipeline.doctor.basics import models
from citewright.pipeline.doctor.clock import ahead
from citewright.pipeline.doctor.finding import Finding, failed
from citewright.settings import Settings

_SECONDS = 15.0


def check_mail(settings: Settings) -> Finding:
    """Whether the server that takes mail lets this project in; nothing is sent."""
    if settings.smtp_url is None:
        said = "No CITEWRIGHT_SMTP_URL: each message is a file in output/outbox."
        if settings.app_url is None:
            return Finding("mail", "ok", said)
        do = "Set it, so that sign-in links reach people."
        return Finding("mail", "warning", said, do)
    try:
        return Finding("mail", "ok", f"{Smtp(settings.smtp_url).greet()} takes mail.")
    except CitewrightError as error:
        return failed("mail", error)


def check_sign_in(settings: Settings) -> Finding:
    """Whether the provider of OpenID Connect is there with its keys; nobody is signed in."""
    if settings.oidc_issuer is None:
        return Finding("sign-in", "ok", "By links that are mailed; no oidc_issuer is set.")
    try:
        provider = provider_of(settings, (settings.app_url or "").rstrip("/"))
        assert provider is not None
        return Finding("sign-in", "ok", f"{provider.host} answers; it sends to {provider.greet()}.")
    except CitewrightError as error:
        return failed("sign-in", error)


def check_model(settings: Settings) -> list[Finding]:
    """Whether the model's server takes the key and knows each model: by counting, which is free."""
    if settings.anthropic_api_key is None:
        return []
    # Importing the SDK takes a second, which a check without --online need not wait for.
    from citewright.drafting.counting import TokenCounter
    from citewright.drafting.messages import Messages

    findings = []
    try:
        counter = TokenCounter(
            Messages(api_key=settings.anthropic_api_key, base_url=settings.anthropic_base_url),
            seconds=_SECONDS,
        )
        for model in models(settings):
            asked = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
            findings.append(_counted(model, counter.count([asked]).why))
    except CitewrightError as error:
        return [failed("model", error)]
    return findings


def model_clock(settings: Settings) -> tuple[str, float | None]:
    """The name of the model's server and how far its clock is before this one, in seconds.

    None where it does not answer; whether it does is for :func:`check_model` to say.
    """
    from citewright.drafting.features import PUBLIC_HOST

    address = settings.anthropic_base_url or f"https://{PUBLIC_HOST}"
    host = urlsplit(address).hostname or address
    before = datetime.now(UTC)
    try:
        # Asked without the key: the Date stands in an error's answer too.
        answer = httpx2.get(address, timeout=_SECONDS)
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return host, None
    return host, ahead(answer.headers.get("date", ""), before, datetime.now(UTC))


def _counted(model: str, why: str | None) -> Finding:
    if why is None:
        return Finding("model", "ok", f"The server takes the key and counts for {model}.")
    do = "Check the model's name, the network, and ANTHROPIC_BASE_URL."
    return Finding("model", "failed", f"{model}: {why}.", do)
