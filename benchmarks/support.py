"""The offline support score beside what a user would take instead, on eight labelled sets.

``left_out``: each set scored by a model trained on the other sets, the honest figure for a new
kind of text. ``folds``: five folds over all sets, no group on both sides. ``coverage`` is the
share of the claim's words in its passages, weighted by inverse document frequency; ``bm25`` the
best sentence's BM25; ``partial_ratio`` rapidfuzz's, where that is installed. All areas are of
unsupported (or partly supported) against supported claims; ``_low`` and ``_high`` bound 95 % of
500 bootstrap samples.
"""

from __future__ import annotations

import importlib
import re
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from pathlib import Path

from benchmarks import support_data as data
from benchmarks.discriminant import Spread, calibrate, raw_score, spread, train
from benchmarks.support_edits import KINDS, altered
from benchmarks.train_support import Training, pooled, tasks_of
from citewright.checks.support.metrics import (
    balanced_accuracy,
    recall_at_precision,
    review_share,
    roc_auc,
    roc_auc_interval,
)
from citewright.checks.support.model import LOW_SCORE, SupportModel, probability
from citewright.checks.support.reading import Frequencies, read_claim, read_passages
from citewright.checks.support.words import STOP_WORDS, stem_of

_FOLDS = 5
_K1, _B = 1.2, 0.75
Rows = Mapping[str, Sequence[data.Row]]
Scores = Mapping[str, Sequence[float]]


def run(shared: Path) -> dict[str, float]:
    """All figures by name.

    :raises FileNotFoundError: when the data is not at hand.
    """
    rows = data.read(shared)
    training = Training.measured(rows)
    left_out = training.left_out(training.spreads())
    figures = {
        **_quality(rows, left_out),
        **_areas(rows, _in_folds(training), "folds"),
        **_refuted(rows, left_out),
    }
    for name, scores in _baselines(rows).items():
        figures |= _areas(rows, scores, name)
    model = SupportModel.load()
    return {
        **figures,
        **hits(rows["wice"], model),
        **_edits(rows, model),
        **_signs(rows, model),
        **_speed(rows, model),
    }


def _areas(rows: Rows, scores: Scores, method: str) -> dict[str, float]:
    """The area by set and their plain mean; sets are never pooled, their base rates differ."""
    found = {
        f"support.{method}.{name}": roc_auc(_unsupported(items), [-score for score in scores[name]])
        for name, items in rows.items()
    }
    return found | {f"support.{method}": sum(found.values()) / len(found)}


def _unsupported(items: Sequence[data.Row]) -> list[bool]:
    return [not row.supported for row in items]


def _quality(rows: Rows, left_out: Scores) -> dict[str, float]:
    """Areas with their bounds, and means of what a reviewer gains, of the left-out scores."""
    figures = _areas(rows, left_out, "left_out")
    sums = dict.fromkeys(("balanced_accuracy", "recall_not_supported_at_p90", "review_30"), 0.0)
    doubts, threshold = _doubts(rows, left_out)
    for name, items in rows.items():
        bad = _unsupported(items)
        bounds = roc_auc_interval(bad, doubts[name])
        figures[f"support.left_out.{name}_low"] = bounds.low
        figures[f"support.left_out.{name}_high"] = bounds.high
        found = {
            "balanced_accuracy": balanced_accuracy(bad, doubts[name], threshold),
            "recall_not_supported_at_p90": recall_at_precision(bad, doubts[name], 0.9),
            "review_30": review_share(bad, doubts[name], 0.3),
        }
        for key, value in found.items():
            figures[f"support.{key}.{name}"] = value
            sums[key] += value / len(rows)
    figures |= {f"support.{key}": value for key, value in sums.items()}
    return figures | _calibration(rows, doubts)


def _doubts(rows: Rows, raw: Scores) -> tuple[dict[str, list[float]], float]:
    """Calibrated doubts of the left-out scores, and the packaged model's threshold for them."""
    slope, offset = calibrate(*pooled(rows, raw))
    doubts = {name: [1 - probability(score, slope, offset) for score in raw[name]] for name in rows}
    return doubts, 1 - SupportModel.load().coefficients.threshold


def _calibration(rows: Rows, doubts: Scores) -> dict[str, float]:
    """The expected calibration error in ten bins of equal width, every set counting the same."""
    bins = [[0.0, 0.0, 0.0] for _ in range(10)]
    for name, items in rows.items():
        for bad, doubt in zip(_unsupported(items), doubts[name], strict=True):
            found = bins[min(9, int(doubt * 10))]
            share = 1 / len(items) / len(rows)
            found[0] += share
            found[1] += share * bad
            found[2] += share * doubt
    return {"support.calibration_error": sum(abs(bad - doubt) for _, bad, doubt in bins)}


def _in_folds(training: Training) -> dict[str, list[float]]:
    scores = {name: [0.0] * len(items) for name, items in training.rows.items()}
    for fold in range(_FOLDS):
        spreads: list[Spread] = []
        held = {name: _held(items, fold) for name, items in training.rows.items()}
        for name, items in training.rows.items():
            kept = [place for place in range(len(items)) if place not in held[name]]
            values = [training.values[name][place] for place in kept]
            groups = {items[place].group for place in kept}
            kinds = [row.group in groups for row, _, _ in altered(items) for _ in range(2)]
            edits = list(compress(training.edits[name], kinds))
            spreads += map(spread, tasks_of(name, [items[place] for place in kept], values, edits))
        weights = train(spreads)
        for name, places in held.items():
            for place in places:
                scores[name][place] = raw_score(weights, training.values[name][place])
    return scores


def _held(items: Sequence[data.Row], fold: int) -> set[int]:
    """The places of a fold: groups, largest first, each to the fold that is smallest so far."""
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(items):
        groups.setdefault(row.group, []).append(place)
    folds: list[list[int]] = [[] for _ in range(_FOLDS)]
    order = sorted(groups.values(), key=lambda places: (-len(places), _mixed(items, places)))
    for places in order:
        min(folds, key=len).extend(places)
    return set(folds[fold])


def _mixed(items: Sequence[data.Row], places: Sequence[int]) -> int:
    return zlib.crc32(items[places[0]].group.encode())


def _refuted(rows: Rows, left_out: Scores) -> dict[str, float]:
    """Supported against contradicted claims, where a set says which are contradicted."""
    figures = {}
    for name, items in rows.items():
        kept = [
            (not row.supported, -score)
            for row, score in zip(items, left_out[name], strict=True)
            if row.supported or row.refuted
        ]
        if any(row.refuted for row in items):
            figures[f"support.refuted.{name}"] = roc_auc(*zip(*kept, strict=True))
    return figures


def _baselines(rows: Rows) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {"coverage": {}, "bm25": {}}
    for name, items in rows.items():
        known = data.frequencies_without(rows, name)
        found["coverage"][name] = [_coverage(row, known) for row in items]
        found["bm25"][name] = [_bm25(row, known) for row in items]
    ratio = _partial_ratio()
    if ratio is not None:
        found["partial_ratio"] = {
            name: [ratio(row.claim, "\n".join(row.passages)) for row in items]
            for name, items in rows.items()
        }
    return found


def _coverage(row: data.Row, known: Frequencies) -> float:
    wanted = set(_plain(row.claim))
    present = {word for passage in row.passages for word in _plain(passage)}
    weights = {word: known.weight(stem_of(word)) for word in wanted}
    met = sum(weights[word] for word in sorted(wanted & present))
    return met / (sum(weights[word] for word in sorted(wanted)) or 1.0)


def _plain(text: str) -> list[str]:
    """The words as they stand: a baseline without this package's stems and families."""
    return [word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS]


def _bm25(row: data.Row, known: Frequencies) -> float:
    claim = read_claim(row.claim, known)
    sentences = read_passages(row.passages)
    mean = sum(len(sentence.stems) for sentence in sentences) / len(sentences) or 1.0
    best = 0.0
    for sentence in sentences:
        long = _K1 * (1 - _B + _B * len(sentence.stems) / mean)
        counts = (
            (word, sentence.stems.count(word)) for word in sorted(claim.telling & sentence.words)
        )
        best = max(
            best, sum(claim.weights[word] * n * (_K1 + 1) / (n + long) for word, n in counts)
        )
    return best


def _partial_ratio() -> Callable[[str, str], float] | None:
    try:
        ratio: Callable[[str, str], float] = importlib.import_module("rapidfuzz.fuzz").partial_ratio
    except ModuleNotFoundError:
        sys.stderr.write("support: rapidfuzz is not installed, partial_ratio is left out\n")
        return None
    return ratio


def hits(items: Sequence[data.Row], model: SupportModel) -> dict[str, float]:
    """How often one of the passages that people chose is the first, or among the first three."""
    first = third = 0
    asked = [row for row in items if row.gold]
    for row in asked:
        found = model.assess(row.claim, row.passages, most=20).sentences
        places = list(dict.fromkeys(sentence.passage for sentence in found))
        first += bool(row.gold & set(places[:1]))
        third += bool(row.gold & set(places[:3]))
    return {"support.hit_1": first / len(asked), "support.hit_3": third / len(asked)}


def _edits(rows: Rows, model: SupportModel) -> dict[str, float]:
    """What an altered claim gets: a lower score (``altered``, a tie counts half), a new sign."""
    lower: dict[str, list[float]] = {kind: [] for kind in KINDS}
    signed: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for items in rows.values():
        for row, changed, kind in altered(items):
            before, after = (model.assess(text, row.passages) for text in (row.claim, changed))
            lower[kind].append((before.score > after.score) + (before.score == after.score) / 2)
            new = {(sign.code, sign.detail) for sign in after.signs if sign.code != LOW_SCORE}
            signed[kind].append(bool(new - {(sign.code, sign.detail) for sign in before.signs}))
    figures = {f"support.altered.{kind}": sum(won) / len(won) for kind, won in lower.items()}
    return figures | {f"support.signed.{kind}": sum(new) / len(new) for kind, new in signed.items()}


def _signs(rows: Rows, model: SupportModel) -> dict[str, float]:
    """The share of supported and of unsupported claims that get each sign, means over the sets."""
    shares: dict[str, float] = {}
    for items in rows.values():
        kinds = Counter(row.supported for row in items)
        for row in items:
            name = "supported" if row.supported else "unsupported"
            for code in {sign.code for sign in model.assess(row.claim, row.passages).signs}:
                key = f"support.sign.{code}.{name}"
                shares[key] = shares.get(key, 0.0) + 1 / kinds[row.supported] / len(rows)
    return dict(sorted(shares.items()))


def _speed(rows: Rows, model: SupportModel) -> dict[str, float]:
    """Claims a second of processor time on one core, reasons included: all, and by set."""
    figures = {}
    count = seconds = 0.0
    for name, items in rows.items():
        started = time.process_time()
        for row in items:
            model.assess(row.claim, row.passages)
        took = time.process_time() - started
        figures[f"support.claims_per_second.{name}"] = len(items) / took
        count, seconds = count + len(items), seconds + took
    return figures | {"support.claims_per_second": count / seconds}
