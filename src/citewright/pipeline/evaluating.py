"""How well a checker tells unsupported claims from supported ones, on a user's labelled file.

A line is a JSON object ``{id, claim, passages, label}``; other fields are ignored. The labels are
``supported``, ``partial``, ``not_supported`` and ``contradicted``; all but the first count as not
supported.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from citewright.checks.judging import Judge, judged
from citewright.checks.nli.checker import EntailmentChecker, NotChecked
from citewright.checks.nli.judge import SUPPORTED_FROM
from citewright.checks.support.metrics import (
    balanced_accuracy,
    recall_at_precision,
    review_share,
    roc_auc_interval,
)
from citewright.checks.support.model import SupportModel
from citewright.errors import CitewrightError, DocumentError, InputError, NotFound
from citewright.model.judging import Pair, Shown
from citewright.model.verdict import Outcome

DOUBT_OF: dict[Outcome, float] = {
    "supported": 0.0, "partial": 0.5, "not_supported": 1.0, "contradicted": 1.0
}  # fmt: skip
"""The doubt that an outcome without a score stands for."""


CLOCK = 1e-6
"""Seconds that a run is taken to last at least, since a clock may not see less."""

Label = Literal["supported", "partial", "not_supported", "contradicted"]


class Item(BaseModel):
    """One labelled claim of a file."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: str | int
    claim: str = Field(min_length=1)
    passages: list[str]
    label: Label

    @property
    def unsupported(self) -> bool:
        """Whether people found it not, or not wholly, supported."""
        return self.label != "supported"


@dataclass(frozen=True)
class Opinion:
    """What a checker made of one claim.

    ``doubt`` is between 0 and 1, higher for less support; None where it was not assessed.
    ``outcome`` and ``why`` are what the checker said, as far as it says anything.
    """

    doubt: float | None
    outcome: Outcome = "not_assessed"
    why: str = ""


@dataclass(frozen=True)
class Checking:
    """A checker to be measured.

    ``threshold`` is the doubt from which a claim is called unsupported.
    """

    name: str
    threshold: float
    opine: Callable[[Sequence[Item]], Iterable[Opinion]]


@dataclass(frozen=True)
class Evaluation:
    """The figures by name, and what the checker said of each item."""

    figures: dict[str, Any]
    predictions: tuple[dict[str, Any], ...]


def offline() -> Checking:
    """The offline support model of the package."""
    model = SupportModel.load()

    def opine(items: Sequence[Item]) -> Iterator[Opinion]:
        for item in items:
            found = model.assess(item.claim, item.passages, most=1)
            yield Opinion(1 - found.score, why="; ".join(sign.code for sign in found.signs))

    return Checking("offline", 1 - model.coefficients.threshold, opine)


def by_judge(judge: Judge) -> Checking:
    """A judge; each claim is one question, and what it cannot tell is not assessed."""

    def opine(items: Sequence[Item]) -> Iterator[Opinion]:
        found = judged(judge, [_pair(item) for item in items], slug="eval", section=None)
        for one in found.judgements:
            why = "; ".join(reason.detail for reason in one.reasons)
            yield Opinion(DOUBT_OF.get(one.outcome), one.outcome, why)

    return Checking("judge", DOUBT_OF["partial"], opine)


def by_entailment(checker: EntailmentChecker) -> Checking:
    """An entailment model; the doubt is one minus the probability that a claim is supported."""

    def opine(items: Sequence[Item]) -> Iterator[Opinion]:
        for found in checker.check([(item.claim, item.passages) for item in items]):
            if isinstance(found, NotChecked):
                yield Opinion(None, why=found.why)
            else:
                yield Opinion(1 - found.supported)

    return Checking(checker.checker.name, 1 - SUPPORTED_FROM, opine)


def _pair(item: Item) -> Pair:
    shown = (Shown(f"p{number}", "", text) for number, text in enumerate(item.passages, 1))
    return Pair(item.claim, "", tuple(shown))


def read_items(path: Path) -> tuple[Item, ...]:
    """The labelled claims of a file, in order.

    :raises NotFound: when there is no such file.
    :raises DocumentError: when a line is not a labelled claim; it names the file and the line.
    :raises InputError: when it holds no claim.
    """
    items = tuple(_read(path))
    if not items:
        raise InputError(f"{path} holds no claim.", hint="Give one JSON object a line.")
    return items


def evaluate(files: Mapping[str, Sequence[Item]], checking: Checking) -> Evaluation:
    """Measure a checker on all claims together, and on each file where there are several.

    What it did not assess is left out of the figures and counted. ``claims_per_second`` is by the
    wall clock, ``claims_per_cpu_second`` by this process's processor time; both with the reasons,
    and without loading.

    :param files: the claims by the name of their file.
    :raises InputError: when what was assessed is not of both kinds.
    :raises CitewrightError: when nothing was assessed.
    """
    items = [item for found in files.values() for item in found]
    began, worked = time.perf_counter(), time.process_time()
    opinions = list(checking.opine(items))
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    figures = {
        "checker": checking.name,
        **_figures(items, opinions, checking),
        "threshold": checking.threshold,
        "claims_per_second": len(items) / max(seconds, CLOCK),
        "claims_per_cpu_second": len(items) / max(work, CLOCK),
    }
    if len(files) > 1:
        figures |= _by_file(files, opinions, checking)
    return Evaluation(figures, tuple(map(_prediction, items, opinions)))


def _by_file(
    files: Mapping[str, Sequence[Item]], opinions: Sequence[Opinion], checking: Checking
) -> dict[str, Any]:
    """Each file's figures and the plain mean of their areas: base rates differ between files."""
    left = iter(opinions)
    found = {
        name: _figures(items, list(islice(left, len(items))), checking)
        for name, items in files.items()
    }
    mean = sum(one["roc_auc"] for one in found.values()) / len(found)
    return {"mean_roc_auc": mean, "files": found}


def _figures(
    items: Sequence[Item], opinions: Sequence[Opinion], checking: Checking
) -> dict[str, Any]:
    assessed = [
        (item.unsupported, opinion.doubt)
        for item, opinion in zip(items, opinions, strict=True)
        if opinion.doubt is not None
    ]
    if not assessed:
        raise CitewrightError(
            f"{checking.name} assessed none of {len(items)} claims; the first one's reason: "
            f"{opinions[0].why or 'none given'}.",
            retry=True,
        )
    bad, doubts = [one for one, _ in assessed], [doubt for _, doubt in assessed]
    area = roc_auc_interval(bad, doubts)
    labels = Counter(item.label for item in items)
    return {
        "n": len(items),
        "assessed": len(assessed),
        "not_assessed": len(items) - len(assessed),
        "labels": {name: labels[name] for name in get_args(Label)},
        "roc_auc": area.value,
        "roc_auc_ci95": [area.low, area.high],
        "balanced_accuracy": balanced_accuracy(bad, doubts, checking.threshold),
        "recall_not_supported_at_p90": recall_at_precision(bad, doubts, 0.9),
        "review_30": review_share(bad, doubts, 0.3),
    }


def write_predictions(path: Path, evaluation: Evaluation) -> None:
    """Write what the checker said, one JSON object a line, in the order of the items."""
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in evaluation.predictions)
    path.write_text("".join(lines), encoding="utf-8")


def _prediction(item: Item, opinion: Opinion) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": item.label,
        "score": None if opinion.doubt is None else round(1 - opinion.doubt, 6),
        "outcome": opinion.outcome,
        "why": opinion.why,
    }


def _read(path: Path) -> Iterator[Item]:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {path}.") from error
    except (IsADirectoryError, PermissionError) as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    # Not splitlines(): U+2028 and its like may stand within a JSON string.
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            yield Item.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            what = f"{where}: {first['msg']}" if where else first["msg"]
            raise DocumentError(
                f"{path}, line {number} is not a labelled claim: {what}.",
                hint="A line is {id, claim, passages, label}; label is "
                f"{', '.join(get_args(Label))}.",
            ) from error
