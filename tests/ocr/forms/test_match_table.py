"""Tables over two pages: their columns are known by the printed heads, read cell by cell where need be."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from benchmark.drawing.fonts import bundled_fonts
from layouts.forms import FormTemplate, PageLayout
from layouts.loader import shipped_templates
from ocr.cleaning.clean import clean_page
from ocr.forms.match_table import TableMatch, find_tables

WIDTH, HEIGHT, TOP, HEAD = 4800, 1500, 150, 340


def spreads() -> list[FormTemplate]:
    return [t for t in shipped_templates().values() if t.layout is PageLayout.SPREAD_ROWS]


def column_edges(template: FormTemplate) -> list[float]:
    """Edges of the columns on a page of this width, wider or narrower than in the form's own drawing."""
    starts = sorted(item.x_mm[0] for item in template.items)
    last = max(item.end_x_mm or 0.0 for item in template.items)
    scale = (WIDTH - 300) / (last - starts[0])
    return [150 + (x - starts[0]) * scale for x in (*starts, last)]


def table_page(template: FormTemplate, heads: dict[int, str]) -> np.ndarray:
    """A ruled page with the heads of the columns given by their order."""
    page = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(bundled_fonts().print_fonts[0]), 26)
    edges = column_edges(template)
    for x in edges:
        pen.line((x, TOP, x, HEIGHT - 100), fill=20, width=4)
    for y in (TOP, HEAD, 620, 900, 1180, HEIGHT - 100):
        pen.line((edges[0], y, edges[-1], y), fill=20, width=4)
    for column, text in heads.items():
        width = edges[column + 1] - edges[column]
        lines = wrapped(text, font, width - 24)
        for number, line in enumerate(lines):
            pen.text((edges[column] + width / 2, TOP + 45 + 28 * number), line, fill=10, font=font, anchor="mm")
    return np.asarray(page, np.uint8)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def heads_of(template: FormTemplate) -> dict[int, str]:
    items = sorted(template.items, key=lambda item: item.x_mm[0])
    return {number: " ".join(item.label) for number, item in enumerate(items)}


def found(template: FormTemplate, heads: dict[int, str]) -> TableMatch:
    return find_tables(clean_page(table_page(template, heads)), [], spreads())[0]


@pytest.mark.slow
def test_heads_that_the_whole_page_did_not_give_are_read_cell_by_cell() -> None:
    for template in spreads():
        match = found(template, heads_of(template))
        assert match.form.template.form == template.form
        assert match.form.recall > 0.8
        assert len(match.rows) == 4


@pytest.mark.slow
def test_columns_without_a_head_are_counted_between_those_with_one() -> None:
    template = spreads()[0]
    heads = {number: text for number, text in heads_of(template).items() if number not in (1, 4, 5)}
    match = found(template, heads)
    edges = column_edges(template)
    items = sorted(range(len(template.items)), key=lambda i: template.items[i].x_mm[0])
    for column, number in enumerate(items):
        left, right = match.columns[number]
        assert abs(left - edges[column]) < 6 and abs(right - edges[column + 1]) < 6


@pytest.mark.slow
def test_the_edge_of_the_paper_is_no_column() -> None:
    template = next(t for t in spreads() if t.form == "marriage-pre1999")
    page = np.full((HEIGHT, WIDTH + 400), 255, np.uint8)
    page[:, :WIDTH] = table_page(template, heads_of(template))
    page[:, WIDTH + 200 : WIDTH + 205] = 40
    page[HEIGHT - 20 : HEIGHT - 15, :] = page[2:6, :] = 40
    page[: HEIGHT // 4, 2:6] = 40
    match = find_tables(clean_page(page), [], [template])
    assert not match or max(right for _, right in match[0].columns.values()) < WIDTH
    assert match and len(match[0].rows) == 4
    assert abs(match[0].rows[0][0] - HEAD) < 5


@pytest.mark.slow
def test_columns_that_the_form_does_not_have_are_counted() -> None:
    template = next(t for t in spreads() if t.form == "birth-pre1999")
    heads = heads_of(template)
    assert found(template, heads).strange == 0
    kept = template.model_copy(update={"items": tuple(i for i in template.items if i.label[0] not in ("Dân tộc",))})
    strange = find_tables(clean_page(table_page(template, heads | {3: "Quốc tịch"})), [], [kept])[0]
    assert strange.strange == 2
