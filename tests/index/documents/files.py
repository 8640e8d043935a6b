"""Small real files, made in the test by the libraries that offices' programs are replaced with."""

import base64
import io
import zipfile
import zlib
from pathlib import Path

from docx import Document as WordDocument
from openpyxl import Workbook
from reportlab.lib import colors
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from index.documents.loading import load_document
from index.documents.model import Document

FONT = "STSong-Light"
# A workbook of the old format: a title merged over a table with a merged cell and percentages, and
# a hidden sheet. No maintained library writes the format, so it is kept as it is.
OLD_WORKBOOK = zlib.decompress(base64.b85decode(
    r"c-rk)O-NKx6#njgZ+;X<N7Fz95g{wJMHJCSUj-#CoYYMbfjK!ap^Py^phj8KfDl5^rlO7Drj6C6f220iA}}fl"
    r"f=G*2K@b$Q(0QG6-g~7sfdeHN?|a;H&pG#;ckey--1~l>PnXY(->R9#612iV&Mrc5flg5=@`Na;-L{$a>M#}C"
    r"$Ere6m=-b^z=O!M5U(Mx_bfDSnvaPB@2MQdal{5viMkcUZW%+5;xV)+lX6ev8kJI1%eX3p9u>Mq=nb)bD0HW2"
    r"#)P(z?Tk8vX)D&a!_DJ^x?b8!i7MO?pEsh}f+{@aJU(+#Iko}pN+0X#Uu6xoW(g)hOWKx5CDJ|pGpMAsoxnG{"
    r"4*2SA;zxD9er5Fvr2oEHANqqnOsDNq{UvPzBe0Js&fF|Yu-)VqtrDZ###l}UISsVhm$8QC&>^QXmjJ{hlzh^e"
    r"93|)BQ%zk|4PO3ylB!pI7xq(iKh_?n&Gv54inB4Xo5vj1fQrQWJJDUtPXReKqKi(Ai0q{jqP-{+zFc-xlzN}L"
    r"{^dn`yu<1i&4`T0d7iB2`M}0m_8{j{X^|<>69{M&k0zn#<gV+4uMt{Fv!c48qsnFWX2j;av^G#bTLmwz4GZ{<"
    r"#AiQs-mT4kur?7t*)}^=Ir-WeM?FQnm;Cw4pjkDmt5+EJEU#AX$@5ld^>3$8SV!Hl+wMcN4D%=!wp{3xNE{uG"
    r"58JCe_DbxTI+7PnN75u2Zf`n|w-#^HwRhGcK+<W=lBPLWuD7wody3*=xMO8sLwtj-uOYs}Bz=@PXtDL6(W)zO"
    r"n>(iy_!m|pW7JQ&S~EuF%@_`rL>2j>>cfW*A3l8e@KHFFytg^;+NOLZIPYd5_rK0Om7M>Z<iAB12Ix9LUzvN5"
    r"qB@Pig7RlA0?NCWTBeWpzmRc&dQYPdaT!Nn!TC$?)@tE=mhBk*dt0c`{&R(l^B?#B1E!k~v;"
))  # fmt: skip


def load(folder: Path, name: str, content: bytes | str) -> Document:
    """Write a file and load it."""
    data = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(data)
    return load_document(folder, name)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def zipped(parts: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word_bytes(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def workbook(rows: list[list[object]]) -> Workbook:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    return made


def workbook_bytes(workbook: Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


class PdfPages:
    """Draws a pdf page by page."""

    def __init__(self, password: str | None = None) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self._buffer = io.BytesIO()
        encryption = StandardEncryption(password) if password else None
        self._canvas = Canvas(self._buffer, pagesize=(595, 842), encrypt=encryption)

    def line(self, left: float, height: float, text: str, size: float = 12) -> "PdfPages":
        self._canvas.setFont(FONT, size)
        self._canvas.drawString(left, height, text)
        return self

    def table(self, left: float, height: float, rows: list[list[str]], style: list) -> "PdfPages":
        table = Table(rows, colWidths=100, rowHeights=24)
        grid = [("GRID", (0, 0), (-1, -1), 1, colors.black), ("FONT", (0, 0), (-1, -1), FONT, 12)]
        table.setStyle([*grid, *style])
        table.wrapOn(self._canvas, 500, 500)
        table.drawOn(self._canvas, left, height)
        return self

    def picture(self) -> "PdfPages":
        self._canvas.rect(100, 100, 300, 300, fill=1)
        return self

    def next_page(self) -> "PdfPages":
        self._canvas.showPage()
        return self

    def bytes(self) -> bytes:
        self._canvas.save()
        return self._buffer.getvalue()


def ofd_bytes(*pages: str, extra: dict[str, bytes | str] | None = None) -> bytes:
    """An OFD file; each page is the XML of its text objects."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    names = "".join(
        f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    parts: dict[str, bytes | str] = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{names}</ofd:Pages>"
        "</ofd:Document>",
    }
    for n, page in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f"<ofd:Page {space}><ofd:Content><ofd:Layer>{page}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return zipped({**parts, **(extra or {})})


def ofd_line(left: float, top: float, text: str, size: float = 4) -> str:
    step = f'DeltaX="g {len(text) - 1} {size}"' if len(text) > 1 else ""
    return (
        f'<ofd:TextObject Boundary="{left} {top} {len(text) * size} {size}" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size * 0.85}" {step}>{text}</ofd:TextCode></ofd:TextObject>'
    )
