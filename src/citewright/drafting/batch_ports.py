"""What batches need around them: a record of theirs, and a way to the service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import IO, Protocol

from citewright.drafting.messages import Ask, Open
from citewright.drafting.outcomes import Outcome
from citewright.model.batch import Batch, InBatch, Refused, Result
from citewright.model.call import Busy, GivenUp, Order, Stored


class BatchLog(Protocol):
    """The durable record of batches, shared by all processes; each method's is on disk when it
    returns.
    """

    def look(self, order: Order) -> Stored | Refused | InBatch | Busy | GivenUp | None:
        """The stored answer, or what stands in the way of sending the request; None: nothing."""
        ...

    def reserve(self, orders: Sequence[Order]) -> tuple[Batch, frozenset[str]] | None:
        """Record that a batch is about to be made, with the worst case of all its requests.

        Gives the batch and the requests that nobody answered or took meanwhile; None without any.

        :raises BudgetExceeded: when the run's cap does not cover them; nothing is recorded then.
        """
        ...

    def made(self, batch: Batch, service_id: str) -> None:
        """Record the service's id of a batch."""
        ...

    def unsent(self, batch: Batch, *, why: str, refused: Refused | None) -> None:
        """Record that the service did not take a batch: nothing of it is spent.

        :param refused: what each of its requests ends with; None when they may be sent again.
        """
        ...

    def lost(self, batch: Batch, *, why: str) -> None:
        """Record that nobody knows what became of a batch: it counts as spent."""
        ...

    def received(self, batch: Batch, results: Iterable[Result]) -> None:
        """Store some of a batch's results, each once."""
        ...

    def ended(self, batch: Batch) -> None:
        """Record that all results of a batch are here; a request without one is lost."""
        ...

    def going(self, names: Collection[int]) -> list[Batch]:
        """Those of the batches that have not ended, by the journal's ids."""
        ...

    def take_over(self, batch: Batch) -> bool:
        """Whether it is this process that has to find out what became of an intended batch."""
        ...

    def known(self) -> frozenset[str]:
        """The service's ids of all batches that were recorded."""
        ...

    def holds(self, batch: Batch, request: str) -> bool:
        """Whether the request went out in the batch."""
        ...


class Service(Protocol):
    """Asks the service; :class:`citewright.drafting.messages.Messages` does."""

    def ask(self, what: Ask, *, seconds: float) -> Outcome:
        """What became of a request within so many seconds of wall-clock time."""
        ...

    def save(self, what: Open, into: IO[bytes], *, seconds: float) -> Outcome:
        """The same, with the reply's body written to a file."""
        ...

    def holds_key(self, raw: bytes) -> bool:
        """Whether the API key stands in these bytes."""
        ...
