"""STORM's own steps on an article, run with the interpreter of its environment.

Its article generation (a retrieval for each section of the outline, then the section) and its
polishing (the lead). Not run: its research by conversations with a search engine, and its outline;
sources and outline are given. Its table of information encodes texts by a model that it would
fetch; the loopback server's embeddings stand in for that. Reads a job as JSON and writes what was
made as JSON, as :mod:`benchmarks.peers` tells.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

_MARK = re.compile(r"\[(\d+)\]")
_PACKAGE = "knowledge_storm.storm_wiki.modules"


def main() -> None:
    """Read the job, work, write."""
    job = json.load(sys.stdin)
    # It keeps a cache in the home folder.
    os.environ["HOME"] = str(Path.cwd())
    said, sys.stdout = sys.stdout, sys.stderr
    made = _work(job)
    said.write(json.dumps(made) + "\n")


def _work(job: dict[str, Any]) -> dict[str, Any]:
    generation = importlib.import_module(f"{_PACKAGE}.article_generation")
    polishing = importlib.import_module(f"{_PACKAGE}.article_polish")
    data = importlib.import_module(f"{_PACKAGE}.storm_dataclass")
    model = importlib.import_module("knowledge_storm.lm").LitellmModel(
        model=f"openai/{job['model']}",
        api_key=job["key"],
        api_base=job["base_url"],
        max_tokens=4000,
    )
    writer = generation.StormArticleGenerationModule(model, max_thread_num=job["at_once"])
    polisher = polishing.StormArticlePolishingModule(model, model)
    began = time.perf_counter()
    table = _table(data, job)
    outline = data.StormArticle(topic_name=job["topic"])
    outline.insert_or_create_section(
        {title: {"content": "", "subsections": {}} for title in job["sections"]}
    )
    draft = writer.generate_article(job["topic"], table, outline)
    article = polisher.polish_article(job["topic"], draft, remove_duplicate=False)
    article.reorder_reference_index()
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "statements": _statements(article)}


def _table(data: Any, job: dict[str, Any]) -> Any:  # noqa: ANN401 - its types are not here
    information = importlib.import_module("knowledge_storm.interface").Information

    class Table(data.StormInformationTable):  # type: ignore[misc]
        """Its table, with another encoder."""

        def prepare_table_for_retrieval(self) -> None:
            self.encoder = _Encoder(job)
            pairs = [(url, one) for url, info in self.url_to_info.items() for one in info.snippets]
            self.collected_urls = [url for url, _ in pairs]
            self.collected_snippets = [one for _, one in pairs]
            self.encoded_snippets = self.encoder.encode(self.collected_snippets)

    found = [
        information(
            url=one["key"],
            description="",
            snippets=[part for part in one["text"].strip().split("\n\n") if part],
            title=one["title"],
        )
        for one in job["sources"]
    ]
    return Table([("reader", [data.DialogueTurn(search_results=found)])])


class _Encoder:
    """The loopback server's embeddings."""

    def __init__(self, job: dict[str, Any]) -> None:
        openai = importlib.import_module("openai")
        self._client = openai.OpenAI(base_url=job["base_url"], api_key=job["key"])

    def encode(self, texts: str | list[str]) -> Any:  # noqa: ANN401
        """One vector, or one a row."""
        given = [texts] if isinstance(texts, str) else texts
        answer = self._client.embeddings.create(model="any", input=given, encoding_format="float")
        found = importlib.import_module("numpy").array([one.embedding for one in answer.data])
        return found[0] if isinstance(texts, str) else found


def _statements(article: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The sentences as a reader gets them, with the snippets it keeps of each cited source."""
    sources = {
        number: article.reference["url_to_info"][url]
        for url, number in article.reference["url_to_unified_index"].items()
    }
    prose = " ".join(line for line in article.to_string().splitlines() if not line.startswith("#"))
    found = []
    for sentence in re.split(r"(?<=[.\]])\s+(?=[A-Z])", prose.strip()):
        cited = [int(number) for number in _MARK.findall(sentence)]
        citations = [
            {"source": sources[one].url, "kept": list(sources[one].snippets)}
            for one in cited
            if one in sources
        ]
        found.append({"text": _MARK.sub("", sentence).strip(), "citations": citations})
    return [one for one in found if one["text"]]


if __name__ == "__main__":
    main()
