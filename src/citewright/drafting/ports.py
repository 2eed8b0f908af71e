"""What a drafter is given, what it hands back, and what it needs around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from citewright.model.article import SectionKind
from citewright.model.brief import Brief, SectionSpec
from citewright.model.call import Busy as Busy
from citewright.model.call import Claim as Claim
from citewright.model.call import GivenUp as GivenUp
from citewright.model.call import Order as Order
from citewright.model.call import Stored as Stored
from citewright.model.community import SuggestionKind
from citewright.model.draft import SectionDraft
from citewright.model.evidence import Passage
from citewright.model.outcome import Whole as Whole
from citewright.model.outlay import Outlay, Usage
from citewright.model.source import Coverage, Source
from citewright.model.statement import Statement
from citewright.model.verdict import Reason


@dataclass(frozen=True)
class Before:
    """A statement of the previous version, and whether its evidence still stands."""

    statement: Statement
    stands: bool


@dataclass(frozen=True)
class Asked:
    """What somebody asked to be looked at: a statement's text, or None for the whole article."""

    about: str | None
    why: str


@dataclass(frozen=True)
class Proposed:
    """What a reader suggested: of which kind, about which text, and the keys of its sources."""

    kind: SuggestionKind
    about: str | None
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class SectionTask:
    """One section to be drafted.

    ``offered`` are the passages ranked for this section, the best first; ``shared`` are all
    passages offered to any section of the article, in an order that is the same for all of them.
    A draft may cite the passages in ``shared`` and nothing else. ``before`` is what the previous
    version says in this section; ``asked`` and ``proposed`` what people want to have looked at.
    """

    brief: Brief
    spec: SectionSpec
    offered: tuple[Passage, ...]
    shared: tuple[Passage, ...]
    sources: tuple[Source, ...]
    coverage: Mapping[str, Coverage]
    before: tuple[Before, ...] = ()
    asked: tuple[Asked, ...] = ()
    proposed: Proposed | None = None


@dataclass(frozen=True)
class Problem:
    """A drafted statement that failed its checks, and why."""

    text: str
    reasons: tuple[Reason, ...]


class Drafter(Protocol):
    """Turns passages into a draft. Never raises for a draft that failed: it says so in it.

    Every method raises

    - ``BudgetExceeded`` when the call could cost more than what is left,
    - ``SettingsError`` when no call can ever succeed (a refused key, an unknown model),
    - ``ModelError`` when the service cannot be reached at all,
    - ``AnswerPending`` when its calls are only gathered, to be sent together.
    """

    @property
    def name(self) -> Literal["claude", "extractive"]:
        """What the version says of who drafted it."""
        ...

    @property
    def repairs(self) -> int:
        """How often a draft may be handed back for repair."""
        ...

    @property
    def exclusive(self) -> bool:
        """Whether a passage is offered to one section only, lest sections repeat each other."""
        ...

    @property
    def kinds(self) -> frozenset[SectionKind]:
        """The kinds of section it can draft; it omits the others, with the reason."""
        ...

    def prepare(self, task: SectionTask) -> Outlay:
        """What can be done once for all sections: any of their tasks tells what they share."""
        ...

    def draft(self, task: SectionTask) -> SectionDraft:
        """The first draft."""
        ...

    def repair(
        self, task: SectionTask, draft: SectionDraft, problems: tuple[Problem, ...]
    ) -> SectionDraft:
        """A draft with the problems mended; without problems, one in place of a failed answer.

        Its outlay includes that of the draft it mends, so that the last draft of a section tells
        what the section took.
        """
        ...

    def read_whole(
        self, brief: Brief, sections: tuple[tuple[str, tuple[Statement, ...]], ...]
    ) -> Whole:
        """Read all sections (title and statements) together: repeats, contradictions, terms."""
        ...


class Gathering(Protocol):
    """Calls that are gathered, and sent together."""

    @property
    def full(self) -> bool:
        """Whether what is gathered is to be sent before more is."""
        ...

    def send(self) -> None:
        """Send what is gathered.

        :raises BudgetExceeded: when its worst case is more than what is left.
        :raises SettingsError: when no such call can succeed.
        :raises ModelError: when the service cannot be reached, or takes nothing now.
        """
        ...

    def wait(self) -> None:
        """Wait for the answers that are under way, and record them; raises as :meth:`send` does.

        Without any it is one pause long, after which somebody else's answer may be there.
        """
        ...


class CallLog(Protocol):
    """The durable record of paid calls: the intent before, the raw answer after.

    Every record is on disk when its method returns.
    """

    def find(self, request: str) -> Stored | None:
        """The stored answer to the request of this digest, from any run."""
        ...

    def claim(self, order: Order) -> Stored | Claim | Busy | GivenUp:
        """The stored answer, or the right to send the request with its cost reserved.

        A claim is a lease: it is kept up as long as its process lives, and may be taken over when
        it ends. What was reserved for a claim that was taken over counts as spent.

        :raises BudgetExceeded: when the run's cap does not cover it; nothing is recorded then.
        """
        ...

    def received(self, claim: Claim, raw: bytes) -> Stored | Busy:
        """Store a raw answer before anybody reads it; gives the answer that stands.

        That is another one where the claim had been taken over and its successor was faster. Busy
        where the successor is still at it: the answer is kept, and stands if no other one comes.
        """
        ...

    def billed(self, claim: Claim, usage: Usage, cost_usd: Decimal) -> None:
        """Put what the answer cost in the place of what was reserved."""
        ...

    def failed(self, claim: Claim, *, why: str, spent: bool) -> None:
        """Record that no usable answer came; ``spent``: it counts as paid, at what was reserved.

        An answer that was received and is none (a web page, half a message) is not found again.
        """
        ...
