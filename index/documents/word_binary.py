"""Old Word documents (.doc): turned into .docx by LibreOffice, where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from index.documents.reading import Reading
from index.documents.word import read_word
from index.errors import KnowledgeError

PROGRAMS = ("soffice", "libreoffice")
# A letter takes 5 seconds, most of it for starting the program.
MAX_SECONDS = 90


def read_word_binary(content: bytes, path: str) -> Reading:
    """Read an old Word document.

    Raises:
        KnowledgeError: LibreOffice is not installed, cannot read the file, or takes too long.
    """
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise KnowledgeError(
            f"{path}: reading old Word files needs LibreOffice; install it or save as .docx",
        )
    with tempfile.TemporaryDirectory(prefix="xinzhou-") as folder:
        source = Path(folder, "document.doc")
        source.write_bytes(content)
        command = [
            program, "--headless", "--norestore", "--nolockcheck",
            # A profile of its own: a running office window would take the call over.
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, str(source),
        ]  # fmt: skip
        try:
            subprocess.run(  # noqa: S603 - a program found on PATH, a name of our own
                command, capture_output=True, timeout=MAX_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise KnowledgeError(
                f"{path}: LibreOffice takes over {MAX_SECONDS} s; save it as .docx",
            ) from error
        converted = Path(folder, "document.docx")
        if not converted.is_file():
            raise KnowledgeError(f"{path}: LibreOffice cannot read it; save it as .docx")
        return read_word(converted.read_bytes(), path)
