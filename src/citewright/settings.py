"""Settings: from the environment (``CITEWRIGHT_…``), then the project's ``citewright.toml``.

Secrets come from the environment only and are never written anywhere.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from citewright.errors import SettingsError
from citewright.model.outlay import Feature
from citewright.model.staleness import CauseKind

SECRETS = frozenset(
    {
        "anthropic_api_key",
        "openalex_api_key",
        "ncbi_api_key",
        "signing_key",
        "database_url",
        "smtp_url",
        "oidc_secret",
        "secret",
    }
)


WEB_ADDRESS = r"^https?://[A-Za-z0-9.:_\[\]-]+(?:/[A-Za-z0-9._~/-]*)?$"
"""A web address without a query: what pages and their security policies may name."""

BUCKET = r"^(s3|gs|az)://[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*$"
"""A bucket and a prefix in it: no user, no key and no query, so that it may be shown."""


class RoleSettings(BaseModel):
    """How one role uses a model; what is not set is the drafter's, or the model's own default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str | None = None
    """The model's id; unset: the setting ``model``."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    """How much work the model is to put in; unset: as the model does by itself."""

    thinking: Literal["adaptive", "disabled", "between_tools"] | None = None
    """Whether the model thinks before it answers; unset: as the model does by itself."""

    max_tokens: int | None = Field(default=None, ge=256, le=64000)
    """The most output tokens of one call; unset: the setting ``max_tokens``, for the judge 2048 of
    it at most."""


class Roles(BaseModel):
    """The roles in which models are called (``[roles.judge]`` in the project's file)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    draft: RoleSettings = RoleSettings()
    repair: RoleSettings = RoleSettings()
    coherence: RoleSettings = RoleSettings()
    judge: RoleSettings = RoleSettings()


class Settings(BaseSettings):
    """What can be set. Every name is read as ``CITEWRIGHT_<NAME>`` too."""

    model_config = SettingsConfigDict(
        env_prefix="CITEWRIGHT_",
        env_nested_delimiter="__",
        extra="forbid",
        populate_by_name=True,
    )

    drafter: Literal["auto", "claude", "extractive"] = "auto"
    """``auto``: Claude where an API key is set, the extractive drafter otherwise."""

    model: str = "claude-sonnet-5-5"
    """The model of every role that has none of its own."""

    roles: Roles = Roles()
    """What the roles do differently."""

    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    anthropic_base_url: str | None = Field(default=None, validation_alias="ANTHROPIC_BASE_URL")

    max_tokens: int = Field(default=8192, ge=256, le=64000)
    """The most output tokens of one call."""

    call_deadline: float = Field(default=300.0, gt=0)
    """Seconds of wall-clock time for one call to the model, its retries included."""

    cache_ttl: Literal["5m", "1h"] = "5m"
    """How long the service keeps what the calls of an article share; batches always use 1h."""

    batch_pause: float = Field(default=10.0, gt=0)
    """Seconds before the first look at a batch; the pauses grow to 60 times that."""

    coherence: bool = True
    """Whether the model reads the whole article once its sections are there."""

    features: Literal["auto", "all"] | tuple[Feature, ...] = "auto"
    """What the server can do; ``auto``: everything at the public API, else found out by asking."""

    budget_usd: Decimal = Field(default=Decimal(5), ge=0)
    """The most a run may cost; the worst case of a call is reserved before it is sent."""

    concurrency: int = Field(default=16, ge=1, le=64)
    """Calls to the model side by side."""

    passages_per_section: int = Field(default=10, ge=1, le=50)
    """Passages offered to the drafter for one section."""

    contact: str | None = None
    """An e-mail address for the User-Agent of requests to other people's servers."""

    openalex_api_key: SecretStr | None = None
    """A free key of OpenAlex, for more requests a day."""

    ncbi_api_key: SecretStr | None = None
    """A free key of NCBI, for more requests a second to PubMed."""

    services: dict[str, str] = Field(default_factory=dict)
    """Other addresses of bibliographic services than the public ones, by name (a mirror)."""

    fetch_timeout: float = Field(default=15.0, gt=0)
    """Seconds for one retrieval, redirects included."""

    fetch_interval: float | None = Field(default=None, ge=0)
    """Seconds between two requests to one host; unset: what the host asks for, else one."""

    fetch_max_bytes: int = Field(default=30_000_000, ge=1)
    """The most bytes taken from an address or a file, after decompression."""

    fetch_private: bool = False
    """Allow addresses that are not public (an intranet, a loopback server in a test)."""

    extract_seconds: int = Field(default=12, ge=1)
    """Processor and wall-clock seconds for turning one file into text."""

    extract_megabytes: int = Field(default=1024, ge=128)
    """Memory of the process that does it."""

    refresh_on: tuple[CauseKind, ...] = (
        "retraction", "concern", "text", "correction", "new_version", "request", "brief", "age",
    )  # fmt: skip
    """What leads to a new draft in a refresh; anything else that it finds is only told."""

    review_after_days: int | None = Field(default=None, ge=1)
    """Days after which an article is drafted anew in any case; unset: never for its age."""

    shard_articles: int = Field(default=25, ge=1, le=1000)
    """Articles of a shard: what one flow run of a large run takes on; docs/deploy.md."""

    refresh_max_articles: int = Field(default=200, ge=0)
    """The most articles that one refresh drafts; the gravest causes come first."""

    site_name: str = "citewright"
    """The name that stands at the top of each page."""

    site_url: Annotated[str, Field(pattern=WEB_ADDRESS)] | None = None
    """The site's address; unset: no feed, no sitemap, and pages lead to each other's files."""

    app_url: Annotated[str, Field(pattern=WEB_ADDRESS)] | None = None
    """The application's address; unset: pages have no votes and no suggestions."""

    app_hosts: tuple[str, ...] = ()
    """More names that the application answers to than that of ``app_url``."""

    app_proxies: tuple[str, ...] = ()
    """Addresses of proxies before the application, whose word on the sender is taken."""

    serve_site: bool = False
    """Whether the application has the published pages too, where no other server does."""

    review: bool = False
    """Whether only versions that a person approved are published; for all but single editors."""

    auto_approve: Literal["none", "reaffirmed"] = "none"
    """``reaffirmed``: a submitted version that says the same as the approved one before it is
    approved without a person."""

    signing_key: SecretStr | None = None
    """An Ed25519 private key (32 bytes in base64) that the heads of articles are signed with."""

    public_key: str | None = None
    """The public key (32 bytes in base64) that the heads must be signed with; unset: that of
    ``signing_key``, if there is one."""

    database_url: SecretStr | None = None
    """Where the catalogue is kept: ``postgresql://…``; unset: a file in the project's folder."""

    store_url: Annotated[str, Field(pattern=BUCKET)] | None = None
    """Where snapshots, answers and versions are kept: ``s3://bucket/prefix``, ``gs://…`` or
    ``az://…``; unset: a folder in the project's."""

    oidc_issuer: Annotated[str, Field(pattern=WEB_ADDRESS)] | None = None
    """The provider of OpenID Connect that people may sign in with, as it names itself; unset:
    links by mail only. Needs the extra ``oidc``."""

    oidc_client: str | None = None
    """What the provider knows the application by (its ``client_id``)."""

    oidc_secret: SecretStr | None = None
    """The ``client_secret`` for it; unset: the application is a public client."""

    oidc_name: Annotated[str, Field(max_length=60)] | None = None
    """What people call the provider; unset: its host."""

    smtp_url: SecretStr | None = None
    """The server that takes mail: ``smtp://USER:PASSWORD@HOST:PORT`` (STARTTLS) or ``smtps://…``;
    unset: each message is a file in ``output/outbox``."""

    mail_from: str = "citewright@localhost"
    """The sender of mail: an address, or a name with one in angle brackets."""

    secret: SecretStr | None = Field(default=None, min_length=32)
    """What signatures and pseudonyms are made with; unset: a file in ``output``, made once."""

    log_format: Literal["text", "json"] = "text"
    """``json``: what is logged goes to standard error as one JSON object a line."""

    trace_to: Annotated[str, Field(pattern=WEB_ADDRESS)] | None = None
    """Where traces are sent to (OTLP over HTTP, such as ``http://collector:4318/v1/traces``);
    unset: nowhere. Needs the extra ``observe``."""

    metrics: bool = False
    """Whether the application shows its figures at ``/metrics``, to a key of an editor."""

    judge: Annotated[str, Field(pattern=r"^(auto|claude|none|nli:.+)$")] = "auto"
    """Who judges support; ``auto``: Claude where an API key is set, else nobody; ``nli:NAME``: an
    entailment model by its name or folder (the extra ``nli``)."""

    judge_samples: int = Field(default=1, ge=1, le=9)
    """How many answers are asked of the judge on each citation; more than half have to agree."""

    judge_second: str | None = None
    """A second model that judges too; where the two do not agree, nothing is assessed."""

    def secrets(self) -> list[str]:
        """The secrets that are set, to be kept out of logs."""
        found = (getattr(self, name) for name in SECRETS)
        return [one.get_secret_value() for one in found if one is not None]

    @classmethod
    def settings_customise_sources(  # noqa: D102 - pydantic-settings fixes this signature
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # What load() passes in comes from the project's file: the environment goes before it.
        return env_settings, init_settings


def load(project: Path) -> Settings:
    """The settings of a project.

    :raises SettingsError: for an unknown name or an unusable value.
    """
    found = read(project)
    if isinstance(found, Settings):
        return found
    raise found[0]


def read(project: Path) -> Settings | list[SettingsError]:
    """The settings of a project, or everything that is wrong with them.

    :raises SettingsError: when the project's file cannot be read, or holds a secret.
    """
    values = _file_values(project / "citewright.toml")
    try:
        return Settings(**values)
    except ValidationError as error:
        return [_unusable(one) for one in error.errors(include_url=False, include_input=False)]


def _unusable(found: ErrorDetails) -> SettingsError:
    name = ".".join(str(part) for part in found["loc"])
    return SettingsError(f"the setting {name!r} cannot be used: {found['msg']}.")


def _file_values(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path} is not readable TOML: {error}.") from error
    for name in SECRETS & values.keys():
        raise SettingsError(
            f"{path} holds the secret {name!r}.", hint="Remove it and set it in the environment."
        )
    return values
