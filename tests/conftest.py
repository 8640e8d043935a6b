"""What the tests share: the real model, loaded once, and small knowledge folders."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.settings import Settings
from index.build import Builder, BuildReport
from index.bundled_model import MODEL_NAME, bundled_model_folder
from index.embedding import SentenceEmbeddings
from index.snapshot import Gate
from index.store import SnapshotStore
from index.vector_cache import VectorCache

REPOSITORY = Path(__file__).parents[1]
# The program's own data folder: what `make run` exported and embedded is taken from there.
DATA = REPOSITORY / "var"
KNOWLEDGE = REPOSITORY / "knowledge"
COMMAND = Path(sys.executable).with_name("xinzhou")
# No model hub is asked. Read by the hub's client when it is imported, which the tests do later.
os.environ["HF_HUB_OFFLINE"] = "1"
# A command that takes longer hangs: the longest one loads the model on a busy machine.
COMMAND_TIMEOUT = 120


@dataclass(frozen=True)
class KnowledgeFolder:
    """A knowledge folder of a test."""

    root: Path

    def write(self, path: str, content: str | bytes) -> Path:
        """Write one file of it."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file


@dataclass(frozen=True)
class Workbench:
    """A small knowledge folder with the store that its snapshots go to."""

    knowledge: KnowledgeFolder
    store: SnapshotStore
    cache: VectorCache

    def build(
        self, *, gate: Gate | None = None, dry_run: bool = False, force: bool = False
    ) -> BuildReport:
        """Bring the store up to date with the folder."""
        builder = Builder(self.knowledge.root, self.store, self.cache, gate)
        return builder.build(dry_run=dry_run, force=force)


@pytest.fixture(scope="session", autouse=True)
def _own_settings() -> Iterator[None]:
    """No setting of the shell that runs the tests reaches them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        yield


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The bundled model, exported where the program itself looks for it."""
    return bundled_model_folder(DATA / "models")


@pytest.fixture(scope="session")
def embeddings(model_folder: Path) -> SentenceEmbeddings:
    """The bundled model."""
    return SentenceEmbeddings(MODEL_NAME, model_folder.parent)


@pytest.fixture(scope="session")
def vector_cache_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vectors of all that the tests index: no text is embedded twice."""
    return tmp_path_factory.mktemp("vectors") / "vectors.sqlite3"


@pytest.fixture
def knowledge(tmp_path: Path) -> KnowledgeFolder:
    """An empty knowledge folder."""
    root = tmp_path / "knowledge"
    root.mkdir()
    return KnowledgeFolder(root)


@pytest.fixture
def workbench(
    tmp_path: Path,
    knowledge: KnowledgeFolder,
    embeddings: SentenceEmbeddings,
    vector_cache_file: Path,
) -> Workbench:
    """Three small documents, not indexed yet."""
    knowledge.write("flange.md", FLANGE)
    knowledge.write("apartment.md", APARTMENT)
    knowledge.write("card.txt", CARD)
    cache = VectorCache(vector_cache_file, embeddings)
    return Workbench(knowledge, SnapshotStore(tmp_path / "index"), cache)


@pytest.fixture(scope="session")
def real_store(
    tmp_path_factory: pytest.TempPathFactory, embeddings: SentenceEmbeddings
) -> SnapshotStore:
    """A snapshot of the project's own knowledge folder."""
    store = SnapshotStore(tmp_path_factory.mktemp("real") / "index")
    Builder(KNOWLEDGE, store, VectorCache(DATA / "vectors.sqlite3", embeddings)).build()
    return store


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def xinzhou(tmp_path: Path, model_folder: Path) -> Run:
    """The installed command, as a process of its own, in a folder without any settings.

    It shares the exported model; whatever else it writes goes to ``tmp_path/data``.
    """
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(model_folder.parent)

    def run(
        *arguments: str | bytes, stdin: str | bytes = b"", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [COMMAND, *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "DATA_DIR": str(data), **settings},
            timeout=COMMAND_TIMEOUT,
            check=False,
        )
        output, errors = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in output + errors, errors
        return subprocess.CompletedProcess(done.args, done.returncode, output, errors)

    return run


FLANGE = """---
title: 定襄法兰产业
publisher: 忻州日报
published: 2023-10-27
url: https://example.org/flange
kind: article
topics: [industry]
places: [定襄县]
language: zh
---

# 定襄法兰产业

## 产量

定襄法兰产量占全国产量的44%。定襄有锻造企业302户。

## 出口

拥有自营出口权的企业有165户。
"""
APARTMENT = """---
title: 人才公寓
publisher: 忻州市人民政府
published: 2024-05-01
kind: policy
topics: [talent_apartment]
language: zh
---

# 人才公寓

人才公寓户型齐全，配有电视机、冰箱、热水器和空调。申请人须有本科以上学历。
"""
CARD = """人才服务卡

持卡人享受户籍办理、子女入学、就医服务和景区游览等绿色通道。
"""
