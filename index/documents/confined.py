"""Runs a parser in a process of its own, with limits on time and memory.

Some parsers (pdf, old Excel) unpack what a file says without any limit, or run for hours on a
crafted one. A process of its own can be ended, and a crash in it refuses that file alone.

Run as ``python -m index.documents.confined MODULE FUNCTION PATH`` with the file on standard input;
writes the reading as JSON to standard output.
"""

import importlib
import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.documents.model import Block, BlockKind
from index.documents.reading import Reading
from index.errors import KnowledgeError

# A pdf of 500 pages takes about half a minute on an office machine.
MAX_SECONDS = 120
# Leaves the parent's share of the 2 GB that indexing may take.
MAX_BYTES = 1_500_000_000


def read_confined(
    function: str, content: bytes, path: str, *, seconds: int = MAX_SECONDS, size: int = MAX_BYTES
) -> Reading:
    """Call ``module.function(content, path)`` of `index.documents` in a process of its own.

    Raises:
        KnowledgeError: the function refuses the file, takes too long or too much memory, or the
            process crashes.
    """
    command = [sys.executable, "-P", "-m", __name__, function, path, str(seconds), str(size)]
    root = str(Path(__file__).parents[2])
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=content,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise KnowledgeError(f"{path}: reading takes over {seconds} s; split the file") from error
    if done.returncode:
        raise KnowledgeError(
            f"{path}: the file is damaged or needs too much memory; save it anew or split it",
        )
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise KnowledgeError(answer["refused"])
    blocks = (Block(BlockKind(b["kind"]), b["text"], b["level"]) for b in answer["blocks"])
    return Reading(tuple(blocks), warnings=tuple(answer["warnings"]))


def main(arguments: list[str]) -> None:
    """Read standard input, write the reading or the refusal to standard output."""
    function, path, seconds, size = arguments
    resource.setrlimit(resource.RLIMIT_DATA, (int(size), int(size)))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    module, name = function.rsplit(".", 1)
    # Some parsers print their warnings to standard output, which is for the answer.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as output:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        read = getattr(importlib.import_module(f"index.documents.{module}"), name)
        answer: dict[str, Any]
        try:
            reading: Reading = read(sys.stdin.buffer.read(), path)
            answer = {"blocks": [asdict(b) for b in reading.blocks], "warnings": reading.warnings}
        except KnowledgeError as error:
            answer = {"refused": str(error)}
        json.dump(answer, output)


if __name__ == "__main__":
    main(sys.argv[1:])
