"""The benchmarks by name, and which of their figures stand in the table beside what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks import growth
from benchmarks.table import Better, Shown


@dataclass(frozen=True)
class Benchmark:
    """A module of this folder with ``run(shared)``, and what the table shows of it.

    :param quick: whether the short form runs it.
    :param seconds: after so many it counts as failed.
    """

    name: str
    shown: tuple[Shown, ...]
    quick: bool = False
    seconds: float = 1800


def _each(names: str, unit: str, better: Better, rivals: Mapping[str, str]) -> Iterable[Shown]:
    """Figures of the same unit; ``*`` in a rival's pattern is the figure's name.

    Ours has the pattern of ``citewright``, or is the name itself.
    """
    for name in names.split():
        beside = {rival: pattern.replace("*", name) for rival, pattern in rivals.items()}
        yield Shown(beside.pop("citewright", name), unit, better, beside)


_ALIGNERS = {"citewright": "alignment.citewright.*"} | {
    name: f"alignment.{name}.*" for name in ("wikidiff2", "difflib")
}
_WORD_DIFFS = _ALIGNERS | {
    name: f"alignment.{name}.*" for name in ("redlines", "fast-diff-match-patch")
}
_STORES = {"citewright": "store_*_a_second_folder"} | {
    name: f"store_*_a_second_{rival}"
    for name, rival in {
        "plain files": "plain",
        "obstore LocalStore": "local",
        "SQLite blobs, FULL": "sqlite",
        "git commit each": "git",
        "dulwich commit each": "dulwich",
        "our bucket store": "objects",
    }.items()
}
_EXTRACTORS = {"citewright": "html_*"} | {
    name: f"html_{name}_*" for name in ("trafilatura", "readability", "jusText", "Resiliparse")
}

_QUOTE_FINDERS = {
    "citewright": "quotes.*",
    "rapidfuzz partial_ratio": "quotes.rapidfuzz.*",
    "difflib": "quotes.difflib.*",
    "str.find": "quotes.find.*",
}
_QUOTES = (
    *_each("faithful_found", "of 200", "more", _QUOTE_FINDERS),
    *_each("altered_accepted", "of 200", "less", _QUOTE_FINDERS),
    *_each("per_second", "a second", "more", _QUOTE_FINDERS),
)
_RETRIEVAL = (
    *_each("f1_words f1_shingles pieces_f1 readability_f1", "F1", "more", _EXTRACTORS),
    Shown("evidence_spans_located", "of 234", "more"),
    Shown("evidence_hit_at_5", "share", "more"),
    *_each("evidence_hit_at_5_flat", "share", "more", {"rank-bm25": "*_rank_bm25"}),
    *_each("rank_milliseconds", "ms", "less", {"rank-bm25": "*_rank_bm25"}),
)
_SITE = (
    *_each(
        "pages_per_second articles_per_second",
        "a CPU second",
        "more",
        {name: f"*_{name}" for name in ("jinja", "hugo", "mkdocs", "pelican")},
    ),
    Shown("site.seconds_nothing_changed", "s", "less"),
    Shown("seconds_after_one_change", "s", "less"),
)
_SUPPORT = (
    Shown(
        "support.left_out",
        "area under ROC",
        "more",
        {name: f"support.{name}" for name in ("coverage", "bm25", "partial_ratio")},
    ),
    Shown("support.claims_per_second", "claims a second", "more"),
)
_PEER = {"citewright": "peers.ours.*"} | {
    name: f"peers.{name}.*" for name in ("knowledge-storm", "paper-qa", "gpt-researcher")
}
_PEERS = (
    *_each("calls", "calls", "less", _PEER),
    *_each("input_tokens", "tokens", "less", _PEER),
    *_each("wall_seconds", "s", "less", _PEER),
    *_each("wall_over_calls", "ratio", "less", _PEER),
    *_each("cited_share exact_share", "share", "more", _PEER),
    *_each("kept_characters", "characters", "less", _PEER),
    *_each("lies_published", "share", "less", _PEER),
)
_UNITS: Mapping[str, tuple[str, Better]] = {
    "pages_per_second": ("a CPU second", "more"),
    "peak_mb": ("MB", "less"),
    "queue_page_first_ms": ("ms", "less"),
    "refresh.ms_per_article_no_change": ("ms an article", "less"),
    "refresh.seconds_plan_one_change": ("s", "less"),
    "seconds_after_one_change": ("s", "less"),
    "site.seconds_nothing_changed": ("s", "less"),
    "store_put_a_second": ("a second", "more"),
}
_GROWTH = tuple(
    Shown(
        f"growth.{subject}.{growth.SIZES[-1]}.{name}",
        *_UNITS[name],
        {
            f"ours with {articles:,}": f"growth.{subject}.{articles}.{name}"
            for articles in growth.SIZES[:-1]
        },
    )
    for subject, names in growth.WANTED.items()
    for name in (*names, "peak_mb")
)
_ALL = (
    Benchmark(
        "alignment",
        (
            *_each("published_pairs_found given_pairs_published", "share", "more", _ALIGNERS),
            *_each("article_ms", "ms an article", "less", _ALIGNERS),
            *_each("edits_touched", "share", "more", _WORD_DIFFS),
            *_each("one_word_islands words_cut", "count", "less", _WORD_DIFFS),
            *_each("passage_ms", "ms a passage", "less", _WORD_DIFFS),
        ),
    ),
    Benchmark(
        "commands",
        tuple(
            Shown(f"commands.{name}.peak_mb", "MB", "less")
            for name in "refresh_dry_run refresh publish serve verify doctor".split()
        ),
        seconds=5400,
    ),
    Benchmark(
        "database",
        tuple(
            Shown(
                f"{name}_sqlite",
                "ms",
                "less",
                {"ours on PostgreSQL": f"{name}_postgresql", "sqlite3": f"{name}_by_hand"},
            )
            for name in ("queue_page_first_ms", "queue_page_middle_ms", "commit_ms")
        ),
    ),
    Benchmark(
        "drafting",
        (
            Shown("wall_over_critical_path", "ratio", "less"),
            Shown("billed_input_over_naive", "ratio", "less"),
            Shown("paid_calls_second_run", "calls", "less"),
        ),
    ),
    Benchmark(
        "example",
        tuple(
            Shown(f"example.{name}_seconds", "s", "less")
            for name in ("retrieve", "select", "draft", "check", "commit", "page", "command")
        ),
    ),
    Benchmark(
        "fetching",
        (
            Shown("fetching.refreshes_per_second", "a second", "more"),
            Shown("fetching.bodies", "bodies", "less", note="1,000 sources, each asked twice"),
        ),
    ),
    Benchmark(
        "gate",
        tuple(
            Shown(f"gate.mean.{name}", "share", "more", note="trained with these sets")
            for name in ("roc_auc", "balanced_accuracy", "review_30")
        ),
    ),
    Benchmark(
        "meaning",
        (
            Shown("meaning.recall", "share", "more", note="of 200 planted changes"),
            Shown("meaning.false_flags", "share", "less", note="of 235 edits by people"),
        ),
    ),
    Benchmark(
        "phi",
        (Shown("phi.characters_per_second", "characters a second", "more"),),
    ),
    Benchmark("growth", _GROWTH, seconds=3600),
    Benchmark(
        "orchestration",
        (
            Shown(
                "orchestration.ours",
                "wall over the least",
                "less",
                {name: f"orchestration.{name}" for name in ("asyncio", "prefect")},
                "they neither retrieve, check nor keep anything",
            ),
        ),
    ),
    Benchmark("peers", _PEERS),
    Benchmark("quotes", _QUOTES, quick=True),
    Benchmark(
        "refresh",
        (
            Shown("refresh.through_prefect_over_plain", "ratio", "less"),
            Shown("refresh.peak_memory_mb", "MB", "less"),
            Shown("refresh.server_peak_memory_mb", "MB", "less"),
            Shown("refresh.ms_per_article_no_change", "ms an article", "less"),
            Shown("refresh.model_calls_no_change", "calls", "less"),
            Shown("refresh.statements_touched_one_change", "statements", "none"),
            Shown("refresh.statements_touched_wrongly", "statements", "less"),
            Shown("refresh.seconds_plan_one_change", "s", "less"),
        ),
        quick=True,
        seconds=3600,
    ),
    Benchmark(
        "refresh_memory",
        tuple(
            Shown(f"refresh_memory.{name}_{what}", "MB", "less")
            for name in ("flow", "server")
            for what in ("peak_mb", "mb_added_a_round")
        ),
        seconds=3600,
    ),
    Benchmark(
        "retractions",
        (
            Shown("retractions.recognised", "of 40", "more"),
            Shown("retractions.false_flags", "of 120", "less"),
        ),
    ),
    Benchmark("retrieval", _RETRIEVAL),
    Benchmark("site", _SITE, quick=True),
    Benchmark("store", tuple(_each("put put_again get", "a second", "more", _STORES)), quick=True),
    Benchmark("support", _SUPPORT),
    Benchmark(
        "web",
        (
            Shown(
                "queue_median_ms",
                "ms",
                "less",
                {"ours on PostgreSQL": "queue_median_ms_postgresql"},
            ),
        ),
    ),
    Benchmark(
        "workers",
        (
            Shown("two_workers_over_one", "ratio", "less"),
            Shown("paid_twice", "calls", "less"),
        ),
        seconds=3600,
    ),
)

BENCHMARKS = {one.name: one for one in _ALL}
