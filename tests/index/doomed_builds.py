"""A process that builds again and again, and is killed on the way.

Run as ``python -m tests.index.doomed_builds KNOWLEDGE INDEX CACHE MODELS``. For each line on
standard input it forks a child that builds once and is killed on the way: for ``access N`` right
before its Nth access to a file under the index folder, for ``seconds S`` that long after it began.
It answers ``killed``, or ``done`` where the child was faster. All vectors must lie in the cache:
no model is loaded.
"""

import os
import signal
import sys
from pathlib import Path

from index.build import Builder
from index.bundled_model import MODEL_NAME
from index.embedding import SentenceEmbeddings
from index.store import SnapshotStore
from index.vector_cache import VectorCache

# Python tells of these before it does them; reads are among them, which does no harm.
_ACCESSES = ("open", "os.", "shutil.")


def _kill_at(access: int, folder: Path) -> None:
    left = access

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event.startswith(_ACCESSES) and str(folder) in str(arguments[:1]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def _main(knowledge: Path, index: Path, cache: Path, models: Path) -> None:
    embeddings = SentenceEmbeddings(MODEL_NAME, models)
    for line in sys.stdin:
        kind, value = line.split()
        child = os.fork()
        if child == 0:
            if kind == "access":
                _kill_at(int(value), index)
            else:
                # Not handled, so it ends the process as SIGKILL does: at once.
                signal.setitimer(signal.ITIMER_REAL, float(value))
            builder = Builder(knowledge, SnapshotStore(index), VectorCache(cache, embeddings))
            builder.build(force=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print("killed", flush=True)  # noqa: T201 - the answer
        elif os.WEXITSTATUS(status) == 0:
            print("done", flush=True)  # noqa: T201 - the answer
        else:
            sys.exit(f"the build failed with {os.WEXITSTATUS(status)}")


if __name__ == "__main__":
    _main(*(Path(argument) for argument in sys.argv[1:]))
