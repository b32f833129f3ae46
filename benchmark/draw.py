"""Command: draw register pages with known text (`python -m benchmark.draw --help`)."""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import replace
from pathlib import Path

from benchmark.drawing.book import PAGE_SORTS
from benchmark.drawing.faults import Faults
from benchmark.drawing.fonts import FontSet, bundled_fonts, fonts_of_folder
from benchmark.drawing.printing import Printing
from benchmark.drawing.real_pen import RealPen
from benchmark.drawing.saved_book import draw_book
from layouts.errors import LayoutError
from layouts.loader import shipped_templates
from ocr.handwriting.training.real_hands import read_hands
from ocr.readings import PageKind

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmark.draw",
        description="Vẽ các trang sổ hộ tịch giả, kèm lời giải (truth.jsonl), để thử và đo chương trình.",
    )
    parser.add_argument("--form", action="append", help="tên mẫu sổ (birth-2006 ...); lặp lại được; bỏ trống: mọi mẫu")
    parser.add_argument("--ink", choices=("typed", "hand"), default="typed", help="chữ đánh máy hay viết tay")
    parser.add_argument("--pages", type=int, default=4, help="số trang mỗi mẫu")
    parser.add_argument("--seed", type=int, default=1, help="cùng số này thì vẽ ra cùng trang")
    parser.add_argument(
        "--faults", choices=("varied", "clean", "small", "photo"), default="varied", help="lỗi của bản quét"
    )
    parser.add_argument("--printing", choices=("varied", "plain"), default="varied", help="nhà in")
    parser.add_argument("--sort", type=PageKind, choices=PAGE_SORTS, default=PageKind.ENTRIES, help="loại trang")
    parser.add_argument("--turns", type=int, choices=range(4), default=0, help="số phần tư vòng xoay ngược kim đồng hồ")
    parser.add_argument("--a3", action="store_true", help="hai trang liền nhau trên một bản quét")
    parser.add_argument("--fonts", type=Path, help="thư mục phông chữ thêm (có thể kèm fonts.tsv)")
    parser.add_argument(
        "--hands", type=Path, help="thư mục dòng chữ thật có labels.tsv: viết bằng chữ ghép lại của từng người viết"
    )
    parser.add_argument("--letters", type=Path, help="vị trí các chữ của những dòng đó (lệnh align của bộ dạy)")
    parser.add_argument(
        "--part", choices=("trained", "calibrated", "reported"), default="reported", help="những người viết nào"
    )
    parser.add_argument("--suffix", choices=(".jpg", ".png", ".tif"), default=".jpg", help="dạng tệp ảnh")
    parser.add_argument("--out", type=Path, required=True, help="thư mục ghi ảnh và truth.jsonl")
    return parser


def _faults(name: str, seed: int) -> Faults | None:
    """The faults of that name; None for a new random scanner on every page."""
    rng = random.Random(seed)
    if name == "clean":
        return Faults.clean()
    if name == "small":
        return Faults.small(rng)
    return Faults.photographed(rng) if name == "photo" else None


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 2 wrong usage."""
    args = _parser().parse_args(arguments)
    fonts: FontSet = bundled_fonts()
    if args.fonts is not None:
        if not args.fonts.is_dir():
            print(f"Không có thư mục phông chữ {args.fonts}. Hãy kiểm tra lại đường dẫn.", file=sys.stderr)
            return 2
        fonts = fonts.merged(fonts_of_folder(args.fonts))
    pens: list[RealPen | None] = [None]
    if args.hands is not None:
        if args.letters is None or not args.letters.is_file():
            print("Cần --letters: tệp vị trí các chữ, do lệnh align của bộ dạy ghi.", file=sys.stderr)
            return 2
        pens = [RealPen(hand, args.seed) for hand in read_hands(args.hands, args.letters, args.part)]
    for number, form in enumerate(args.form or list(shipped_templates())):
        faults = _faults(args.faults, args.seed)
        if args.turns:
            faults = replace(faults or Faults.varied(random.Random(args.seed)), turns=args.turns)
        printing = Printing.plain(fonts) if args.printing == "plain" else None
        try:
            draw_book(
                form, ink=args.ink if args.hands is None else "hand", pages=args.pages, seed=args.seed,
                printing=printing, faults=faults, out=args.out, sort=args.sort, fonts=fonts, a3=args.a3,
                suffix=args.suffix, pen=pens[(number + args.seed) % len(pens)],
            )  # fmt: skip
        except LayoutError as error:
            print(error, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
