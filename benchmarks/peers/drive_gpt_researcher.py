"""gpt-researcher's own steps on an article, run with the interpreter of its environment.

For each section, all at once, a subtopic report as its detailed reports have them: it plans
queries, takes from the given documents what is near to them, and writes. Its role is given, as
those reports give it. Not run: its search engines and scrapers, which need a network (its custom
retriever finds nothing). The tokenizer that it would fetch is taken from litellm's copy. Reads a
job as JSON and writes what was made as JSON, as :mod:`benchmarks.peers` tells.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

_LINK = re.compile(r"\(\[[^\]]*\]\((?P<url>[^)\s]+)\)\)")


def main() -> None:
    """Read the job, work, write."""
    job = json.load(sys.stdin)
    for name in ("FAST_LLM", "SMART_LLM", "STRATEGIC_LLM"):
        os.environ[name] = f"openai:{job['model']}"
    os.environ["RETRIEVER"] = "custom"
    os.environ["RETRIEVER_ENDPOINT"] = f"{job['base_url']}/search"
    said, sys.stdout = sys.stdout, sys.stderr
    carried = Path(str(importlib.import_module("litellm").__file__)).parent / "litellm_core_utils"
    os.environ["TIKTOKEN_CACHE_DIR"] = str(carried / "tokenizers")
    made = asyncio.run(_work(job))
    said.write(json.dumps(made) + "\n")


async def _work(job: dict[str, Any]) -> dict[str, Any]:
    researcher = importlib.import_module("gpt_researcher").GPTResearcher
    document = importlib.import_module("langchain_core.documents").Document
    addresses = {f"https://sources.example/{one['key']}": one["key"] for one in job["sources"]}
    documents = [
        document(
            page_content=one["text"], metadata={"title": f"https://sources.example/{one['key']}"}
        )
        for one in job["sources"]
    ]

    async def section(title: str) -> str:
        one = researcher(
            query=title,
            report_type="subtopic_report",
            report_source="langchain_documents",
            documents=documents,
            parent_query=job["topic"],
            agent="Editor",
            role="You write articles.",
            verbose=False,
        )
        await one.conduct_research()
        return str(await one.write_report())

    began = time.perf_counter()
    reports = await asyncio.gather(*(section(title) for title in job["sections"]))
    seconds = time.perf_counter() - began
    found = [one for report in reports for one in _statements(report, addresses)]
    return {"seconds": seconds, "statements": found}


def _statements(report: str, addresses: dict[str, str]) -> list[dict[str, Any]]:
    """The sentences of a report; of a source it keeps the address and no text."""
    prose = " ".join(line for line in report.splitlines() if not line.startswith("#"))
    return [
        {
            "text": re.sub(r"\s+\.", ".", _LINK.sub("", sentence)).strip(),
            "citations": [
                {"source": addresses.get(url, url), "kept": []} for url in _LINK.findall(sentence)
            ],
        }
        for sentence in re.split(r"(?<=\.)\s+(?=[A-Z])", prose.strip())
        if sentence
    ]


if __name__ == "__main__":
    main()
