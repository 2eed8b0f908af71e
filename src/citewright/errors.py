"""Every error citewright raises on purpose.

::

    CitewrightError
    ├── InputError            a file, argument or setting is wrong: mend it, then call again
    │   ├── DocumentError     a document does not fit its schema (brief, source, version, draft)
    │   ├── NotFound          nothing is known under that name
    │   └── SettingsError     a setting is missing or unusable
    ├── SourceError           a source cannot be used
    │   ├── NoText            there is nothing in it that could carry a quotation
    │   ├── ExtractionError   its bytes could not be turned into text
    │   └── FetchError        it could not be retrieved
    ├── ModelError            the language model gave no usable draft
    ├── BudgetExceeded        the next call could cost more than what is left
    ├── AnswerPending         the answer is not there yet; it was asked for with others
    ├── TakenOver             another worker of the run has the article now
    ├── DatabaseAway          the database's server went away; nothing of the transaction is kept
    └── IntegrityError        what is stored does not equal what was recorded

Each says what was wrong with which value; ``retry`` says whether the same call may succeed later;
``hint`` says what to do. ``exit_code`` is what the command line ends with.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Self


class CitewrightError(Exception):
    """Base of all errors of this package.

    :param message: what was wrong, with the value, as one sentence.
    :param hint: what the reader of the message can do about it.
    :param retry: whether the same call may succeed later without a change.

    ``cost_usd`` is what was spent, in US dollars, where that is known and something was.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", retry: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retry = retry
        self.cost_usd: Decimal | None = None

    def costing(self, usd: Decimal) -> Self:
        """The same error with what was spent until it came."""
        self.cost_usd = usd
        return self

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def as_dict(self) -> dict[str, str | bool | float]:
        """The error as plain values, for ``--json``."""
        cost = {} if self.cost_usd is None else {"cost_usd": float(self.cost_usd)}
        return {
            "type": type(self).__name__,
            "message": self.message,
            "hint": self.hint,
            "retry": self.retry,
            **cost,
        }

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments are lost by Exception's own pickling, and flows pickle errors.
        return (_rebuild, (type(self), self.message, self.hint, self.retry), self.__dict__)


def _rebuild(kind: type[CitewrightError], message: str, hint: str, retry: bool) -> CitewrightError:
    return kind(message, hint=hint, retry=retry)


class InputError(CitewrightError):
    """Something given to citewright is wrong; nothing was changed."""

    exit_code = 2


class DocumentError(InputError):
    """A document does not fit its schema."""


class NotFound(InputError):
    """Nothing is known under the name that was given."""


class SettingsError(InputError):
    """A setting is missing or unusable."""


class SourceError(CitewrightError):
    """A source cannot be used."""


class NoText(SourceError):
    """A source has no text that a quotation could stand in."""


class ExtractionError(SourceError):
    """The bytes of a source could not be turned into text."""


class FetchError(SourceError):
    """A source could not be retrieved.

    :param status: the HTTP status of the answer, where there was one.
    """

    def __init__(
        self, message: str, *, hint: str = "", retry: bool = False, status: int | None = None
    ) -> None:
        super().__init__(message, hint=hint, retry=retry)
        self.status = status

    def __reduce__(self) -> tuple[object, ...]:
        arguments = (self.message, self.hint, self.retry, self.status)
        return (_fetch_error, arguments, self.__dict__)


def _fetch_error(message: str, hint: str, retry: bool, status: int | None) -> FetchError:
    return FetchError(message, hint=hint, retry=retry, status=status)


class ModelError(CitewrightError):
    """The language model gave no usable draft."""


class BudgetExceeded(CitewrightError):
    """The next call could cost more than what is left of the run's cap."""

    exit_code = 4


class AnswerPending(CitewrightError):
    """The answer to a call is not there yet: the call was put into a batch.

    No fault: the same work is done again once the batch has ended, and goes on from there.
    """


class TakenOver(CitewrightError):
    """Another worker of the run has the article now, or it is not to be taken again."""


class DatabaseAway(CitewrightError):
    """The database's server went away or ended the transaction; nothing of it was kept.

    ``retry`` is always set.
    """


class IntegrityError(CitewrightError):
    """What is stored does not equal what was recorded."""
