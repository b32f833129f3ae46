"""Minutes, letters and slips from Word templates: an office's own file, or the one it begins with.

Templates are filled by docxtpl in Jinja's sandbox: a file that somebody uploads can fill in places and repeat lines,
and reach nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.exceptions import TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import XMLParser, XMLSyntaxError, fromstring

from exports.document_kinds import DocumentKind
from exports.errors import ExportError

__all__ = ["DOCX", "check_template", "filled"]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LARGEST, _LARGEST_UNPACKED = 5_000_000, 40_000_000
"""Bytes of a template and of all its parts: a page with a coat of arms takes a tenth. By judgement."""
_MACROS = "vbaProject"
_MODE = "TargetMode"
_EMBEDDED = re.compile(r"(?:^|/)(?:embeddings|activeX)/", re.IGNORECASE)
_FIELDS = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|RD)\b", re.IGNORECASE)
"""Fields of Word that fetch from another file, program or address."""
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_DOCTYPE = re.compile(b"|".join(re.escape("<!DOCTYPE".encode(code)) for code in _ENCODINGS))
"""Where entities are declared: names for files of the server, or for a thousand million letters."""
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)
"""What a template may do: fill in a place, repeat lines, leave lines out. Arithmetic, calls and filters could hold up
the whole server or fill its memory: `'x' * 999999999` is a template too."""


def filled(template: bytes, values: Mapping[str, object]) -> bytes:
    """The template with its places filled in, as .docx.

    Args:
        template: a file that passed `check_template`, or our own.
        values: text by place; lists of such mappings for tables.

    Raises:
        ExportError: the template asks for something that is not among the values.
    """
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(_readable(values), jinja_env=_environment(), autoescape=True)
        out = io.BytesIO()
        document.save(out)
    except UndefinedError as error:
        raise _refused(f"Mẫu có chỗ điền mà phần mềm không biết ({_name_of(error)}).") from error
    except (TemplateError, XMLSyntaxError, ValueError, KeyError) as error:
        raise _refused(f"Mẫu có chỗ điền viết sai: {str(error)[:200]}.") from error
    return out.getvalue()


def _readable(value: Any) -> Any:
    """Every text without signs that break a page or a paragraph, or that no file of Word can hold."""
    if isinstance(value, str):
        return _UNREADABLE.sub("", value)
    if isinstance(value, Mapping):
        return {name: _readable(inside) for name, inside in value.items()}
    return [_readable(inside) for inside in value] if isinstance(value, (list, tuple)) else value


def check_template(content: bytes, kind: DocumentKind) -> None:
    """Refuse what cannot be a template of the kind, before it is kept.

    Raises:
        ExportError: no Word document, too large, with macros or links to elsewhere, or places that nobody fills.
    """
    _refuse_foreign(content)
    try:
        wanted = DocxTemplate(io.BytesIO(content)).get_undeclared_template_variables(jinja_env=_environment())
    except (TemplateError, XMLSyntaxError, ValueError, KeyError) as error:
        raise _refused(f"Mẫu có chỗ điền viết sai: {str(error)[:200]}.") from error
    known = kind.sample
    if not wanted:
        raise _refused(
            f"Mẫu không có chỗ điền nào, nên giấy nào in ra cũng như nhau. Các chỗ điền được: {', '.join(known)}."
        )
    if unknown := sorted(set(wanted) - set(known)):
        raise _refused(
            f"Mẫu «{kind.label}» không có chỗ điền {', '.join(unknown)}. Các chỗ điền được: {', '.join(known)}."
        )
    filled(content, known)


def _refuse_foreign(content: bytes) -> None:
    if len(content) > _LARGEST:
        raise _refused(f"Tệp lớn quá {_LARGEST // 1_000_000} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
                raise _refused("Tệp bung ra quá lớn.")
            names = {part.filename for part in parts}
            xml = {name: archive.read(name) for name in names if name.endswith((".xml", ".rels"))}
            typed = any(_DOCTYPE.search(content) for content in xml.values())
    # a broken archive, one packed in a way nobody uses for documents, one locked with a password
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _refused("Tệp không phải tài liệu Word (.docx).") from error
    if "word/document.xml" not in names:
        raise _refused("Tệp không phải tài liệu Word (.docx).")
    if any(_MACROS in name for name in names):
        raise _refused("Tệp có macro. Hãy lưu lại thành .docx không macro.")
    if typed:
        raise _refused("Tệp có phần khai báo DOCTYPE, mà tài liệu Word không bao giờ có.")
    if any(_EMBEDDED.search(name) for name in names):
        raise _refused("Tệp có đối tượng nhúng (bảng tính, điều khiển). Hãy gỡ đối tượng đó hoặc đổi thành ảnh.")
    if any(map(_leads_out, xml.values())):
        raise _refused("Tệp có liên kết ra ngoài (ảnh, mẫu hoặc địa chỉ ở nơi khác). Hãy gỡ các liên kết đó.")


def _leads_out(content: bytes) -> bool:
    """Whether a part names something elsewhere, or a field that Word would fill from there.

    The part is read as Word reads it: the same may be written with other quotes, spaces or letters of another encoding,
    and a field's words may be parted over several runs.
    """
    try:
        root = fromstring(content, XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except XMLSyntaxError:
        return False  # filling it in tells what is wrong with it
    modes = (
        value for element in root.iter("{*}Relationship") for name, value in element.attrib.items() if name == _MODE
    )
    if any(mode.strip().lower() == "external" for mode in modes):
        return True
    fields = "".join(element.text or "" for element in root.iter("{*}instrText"))
    fields += " ".join(value for element in root.iter("{*}fldSimple") for value in element.attrib.values())
    return bool(_FIELDS.search(fields))


class _Plain(ImmutableSandboxedEnvironment):
    """Jinja that fills in places and repeats lines, and refuses to do anything else."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Every way to a template, of the text, its head and its properties, goes through here."""
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED):
                raise TemplateSyntaxError(f"không dùng được phép «{type(node).__name__}» trong mẫu", node.lineno)
            if isinstance(node, nodes.For) and next(node.find_all(nodes.For), None) is not None:
                raise TemplateSyntaxError("vòng lặp nằm trong vòng lặp", node.lineno)
        return tree


def _environment() -> ImmutableSandboxedEnvironment:
    return _Plain(undefined=StrictUndefined, autoescape=True)


def _name_of(error: UndefinedError) -> str:
    """What was asked for: the last quoted word of Jinja's sentence."""
    quoted = str(error).split("'")
    return quoted[-2] if len(quoted) > 2 else str(error)


def _refused(reason: str) -> ExportError:
    return ExportError("bad_template", f"{reason} Hãy sửa tệp mẫu rồi lưu lại; mẫu đang dùng vẫn giữ nguyên.")
