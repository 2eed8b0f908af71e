"""What a call costs: from one dated file of prices, and never a guess.

An unknown price is an error before anything is spent; it is never taken as nothing.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from citewright.errors import SettingsError
from citewright.model.outlay import Usage

Ttl = Literal["5m", "1h"]
"""How long the service keeps a cached prefix."""

CACHE_WRITE: dict[Ttl, Decimal] = {"5m": Decimal("1.25"), "1h": Decimal(2)}
"""Price of writing to the cache by its time to live, relative to input (Anthropic, caching)."""

CACHE_READ = Decimal("0.1")
"""Price of reading from the cache, relative to input (the same)."""

BATCH = Decimal("0.5")
"""Price of everything in a batch, relative to a direct call (Anthropic, Message Batches)."""

LEAST_BYTES_PER_TOKEN = 2
"""A request's UTF-8 bytes a token, at the least. English prose has about four to five; of the
recorded public requests above 3,000 bytes none has fewer than 2.07."""

OVERHEAD_TOKENS = 2000
"""Tokens the service may add (its own instructions for a schema); at most 608 in those records."""

_FILE = Path(__file__).with_name("prices.yaml")
_MILLION = Decimal(1_000_000)

_Dollars = Annotated[Decimal, Field(ge=0)]


class LongPrice(BaseModel):
    """What a whole request costs once it has more than ``input_tokens`` tokens of input."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_tokens: Annotated[int, Field(ge=1)]
    input: _Dollars
    output: _Dollars


class Price(BaseModel):
    """US dollars a million tokens, and within which limits they hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: _Dollars
    output: _Dollars
    max_output: Annotated[int, Field(ge=1)]
    max_input: Annotated[int, Field(ge=1)] | None = None
    over: LongPrice | None = None


class _PriceList(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: str
    models: dict[str, Price]


def price(model: str, project: Path | None = None) -> Price:
    """The price of a model; a project's own ``prices.yaml`` goes before the package's.

    :raises SettingsError: when it is not known, or a list of prices cannot be read.
    """
    own = project / "prices.yaml" if project else None
    for path in (own, _FILE):
        if path is not None and path.is_file():
            found = _read(path).models.get(model)
            if found is not None:
                return found
    raise SettingsError(
        f"the price of the model {model!r} is not known.",
        hint="Choose a model with a known price, or give its price in the project's prices.yaml.",
    )


def dated(project: Path) -> list[tuple[Path, str]]:
    """The lists of prices that are used, the project's own first, each with its date.

    :raises SettingsError: when one cannot be read.
    """
    lists = (project / "prices.yaml", _FILE)
    return [(path, _read(path).as_of) for path in lists if path.is_file()]


def cost(
    model: str,
    usage: Usage,
    project: Path | None = None,
    *,
    ttl: Ttl = "5m",
    batch: bool = False,
) -> Decimal:
    """What a call cost, in US dollars, exactly.

    :param ttl: how long what it wrote to the cache is kept there.
    :param batch: it was sent in a batch.
    :raises SettingsError: when the price is unknown, for the model or for so long a request.
    """
    rate = price(model, project)
    written, read = usage.cache_creation_input_tokens, usage.cache_read_input_tokens
    all_input = usage.input_tokens + written + read
    _within(model, rate, all_input)
    to_read, to_write = _rates(rate, all_input)
    tokens = usage.input_tokens + written * CACHE_WRITE[ttl] + read * CACHE_READ
    return _dollars(tokens * to_read + usage.output_tokens * to_write, batch=batch)


def worst_cost(
    model: str,
    *,
    request_bytes: int,
    max_tokens: int,
    project: Path | None = None,
    ttl: Ttl = "5m",
    batch: bool = False,
) -> Decimal:
    """The most that a call can cost, in US dollars: all input cached anew, all output used.

    :param request_bytes: length of the request's JSON in UTF-8.
    :param max_tokens: the most output; 0 for a call that only fills the cache.
    :param ttl: as for :func:`cost`; so is ``batch``.
    :raises SettingsError: when the price is unknown, for the model or for so long a request.
    """
    rate = price(model, project)
    tokens = most_tokens(request_bytes)
    _within(model, rate, tokens)
    to_read, to_write = _dearest(rate, tokens)
    return _dollars(tokens * CACHE_WRITE[ttl] * to_read + max_tokens * to_write, batch=batch)


def most_tokens(request_bytes: int) -> int:
    """The most input tokens that a request of so many bytes of JSON can be billed for."""
    return -(-request_bytes // LEAST_BYTES_PER_TOKEN) + OVERHEAD_TOKENS


def _dollars(microdollars: Decimal, *, batch: bool) -> Decimal:
    return microdollars * (BATCH if batch else 1) / _MILLION


def _rates(rate: Price, tokens: int) -> tuple[Decimal, Decimal]:
    """The price of input and of output for a request of so many input tokens."""
    if rate.over is not None and tokens > rate.over.input_tokens:
        return rate.over.input, rate.over.output
    return rate.input, rate.output


def _dearest(rate: Price, tokens: int) -> tuple[Decimal, Decimal]:
    """The dearest prices for up to so many input tokens; longer need not be dearer."""
    short, long = _rates(rate, 0), _rates(rate, tokens)
    return max(short[0], long[0]), max(short[1], long[1])


def _within(model: str, rate: Price, tokens: int) -> None:
    if rate.max_input is not None and tokens > rate.max_input:
        raise SettingsError(
            f"the price of the model {model!r} is known up to {rate.max_input} input tokens, "
            f"not for up to {tokens}.",
            hint="Choose another model, or offer fewer passages.",
        )


def _read(path: Path) -> _PriceList:
    return _parsed(path, path.read_bytes())


@lru_cache(maxsize=8)
def _parsed(path: Path, data: bytes) -> _PriceList:
    """A list of prices; every call is priced, so it is read anew only when its bytes are others."""
    try:
        return _PriceList.model_validate(yaml.safe_load(data.decode()))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not readable YAML: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the top level"
        raise SettingsError(f"{path} is no list of prices: at {place}, {first['msg']}.") from error
