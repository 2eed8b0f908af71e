"""PaperQA2's own steps on an article, run with the interpreter of its environment.

Its evidence (retrieval, a summary of each chunk) and its answer, once for each section, all
sections at once. Not run: its search for papers and the agent, which need a network; its look-up
of metadata; here its citations are given. Reads a job as JSON and writes what was made as JSON, as
:mod:`benchmarks.peers` tells.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_KEY = re.compile(r"\(([^()]*)\)")


def main() -> None:
    """Read the job, work, write."""
    job = json.load(sys.stdin)
    print(json.dumps(asyncio.run(_work(job))))


async def _work(job: dict[str, Any]) -> dict[str, Any]:
    paperqa = importlib.import_module("paperqa")
    settings = _settings(paperqa, job)
    docs = paperqa.Docs()
    keys: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        for source in job["sources"]:
            path = Path(folder, f"{source['key']}.txt")
            path.write_text(source["text"], encoding="utf-8")
            name = await docs.aadd(
                path,
                citation=source["title"],
                docname=source["key"],
                dockey=source["key"],
                settings=settings,
            )
            keys[str(name)] = source["key"]
        asked = [
            f"Write the section {title!r} of an article on {job['topic']}."
            for title in job["sections"]
        ]
        sessions = await asyncio.gather(*(docs.aquery(one, settings=settings) for one in asked))
        seconds = time.perf_counter() - began
    statements = [one for session in sessions for one in _statements(session)]
    return {"seconds": seconds, "statements": statements}


def _settings(paperqa: Any, job: dict[str, Any]) -> Any:  # noqa: ANN401 - its types are not here
    model = f"openai/{job['model']}"
    config = {
        "model_list": [
            {
                "model_name": model,
                "litellm_params": {
                    "model": model,
                    "api_base": job["base_url"],
                    "api_key": job["key"],
                    "temperature": 0,
                },
            }
        ]
    }
    return paperqa.Settings(
        llm=model,
        llm_config=config,
        summary_llm=model,
        summary_llm_config=config,
        embedding="openai/text-embedding-3-small",
        embedding_config={"kwargs": {"api_base": job["base_url"], "api_key": job["key"]}},
        parsing={"use_doc_details": False, "multimodal": False},
        # As many calls at once as the others may have; its own default is 4.
        answer={"max_concurrent_requests": job["at_once"]},
    )


def _statements(session: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The sentences of an answer as a reader gets it, with the chunks behind their citations."""
    chunks = {context.text.name: context.text for context in session.contexts}
    found = []
    for sentence in re.split(r"(?<=\.)\s+(?=[A-Z])", session.answer.strip()):
        names = [name.strip() for group in _KEY.findall(sentence) for name in group.split(",")]
        citations = [
            {"source": chunks[name].doc.dockey, "kept": [chunks[name].text]}
            for name in names
            if name in chunks
        ]
        text = _KEY.sub("", sentence).replace(" .", ".").strip()
        found.append({"text": text, "citations": citations})
    return found


if __name__ == "__main__":
    main()
