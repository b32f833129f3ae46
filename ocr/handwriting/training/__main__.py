"""Command line of the training recipe: `python -m ocr.handwriting.training train ...`."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

from ocr.handwriting.aster import AsterRecogniser
from ocr.handwriting.benchmark import ReadLines, markdown_table, measure_lines, read_by_tesseract
from ocr.handwriting.engine import HandwritingRecogniser
from ocr.handwriting.model_store import ModelFolder, SecondNetwork
from ocr.handwriting.training.export import add_figures, export_model
from ocr.handwriting.training.figures import calibrate, figure_lines, other_writers
from ocr.handwriting.training.segments import align_lines
from ocr.handwriting.training.strike_figures import measure_strikes, strike_table
from ocr.handwriting.training.strikes import teach_strikes
from ocr.handwriting.training.train import TrainingPlan, train


def main() -> None:
    """Train, align, export, teach crossed-out words, calibrate and measure; each step is one command."""
    parser = argparse.ArgumentParser(prog="python -m ocr.handwriting.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _describe_train(commands.add_parser("train", help="train, or go on with a run that was interrupted"))
    align = commands.add_parser("align", help="find the words of the real lines with a trained model")
    align.add_argument("--model", type=Path, required=True, help="folder of a model")
    align.add_argument("--real", type=Path, required=True, help="folder of real lines with labels.tsv")
    align.add_argument("--out", type=Path, required=True, help="JSON file to write")
    align.add_argument("--part", choices=("trained", "calibrated", "reported"), default="trained", help="which lines")
    export = commands.add_parser("export", help="write a model folder from a checkpoint")
    export.add_argument("--checkpoint", type=Path, required=True)
    export.add_argument("--out", type=Path, required=True, help="model folder to write")
    export.add_argument("--version", required=True, help="name of the model")
    export.add_argument("--earlier", type=Path, help="checkpoint the run began with, to mix its weights in")
    export.add_argument("--share", type=float, default=0.6, help="of the checkpoint in that mix")
    export.add_argument("--strikes", type=Path, help="model before, to take over how it tells crossed-out words")
    figures = commands.add_parser("add-figures", help="lay a second network, for fields of figures, beside a model's")
    figures.add_argument("--model", type=Path, required=True, help="folder of the model that gets it")
    figures.add_argument("--second", type=Path, required=True, help="folder of a model of the same letters")
    figures.add_argument("--version", required=True, help="name of the model from now on")
    strikes = commands.add_parser("strikes", help="teach an exported model to tell crossed-out words")
    strikes.add_argument("--model", type=Path, required=True, help="folder of a model; gets the second output")
    strikes.add_argument("--fonts", type=Path, required=True, help="folder of fonts with fonts.tsv")
    strikes.add_argument("--real", type=Path, help="folder of real lines with labels.tsv")
    strikes.add_argument("--letters", type=Path, help="letters of the real lines, made by the command align")
    strikes.add_argument("--version", required=True, help="name of the model from now on")
    strikes.add_argument("--lines", type=int, default=10000, help="drawn lines to learn from, 10 minutes")
    for name, text in (("calibrate", "fit the confidence of a model"), ("figures", "measure a model beside asterocr")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--model", type=Path, required=True, help="folder of a model")
        command.add_argument("--fonts", type=Path, required=True, help="folder of fonts with fonts.tsv")
        command.add_argument("--real", type=Path, help="folder of real lines with labels.tsv")
        command.add_argument("--size", type=int, help="lines a set")
        command.add_argument("--out", type=Path, help="folder of handwriting.json and handwriting.md")
    commands.choices["calibrate"].add_argument("--letters", type=Path, help="letters of the lines to calibrate on")
    commands.choices["calibrate"].add_argument("--figures", type=Path, help="pictures of single figures, as for train")
    command.add_argument("--sentences", type=Path, help="folder of pen lines of other writers, with labels.tsv")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    steps = {"train": _train, "align": _align, "export": _export, "strikes": _strikes, "calibrate": _calibrate,
             "figures": _figures, "add-figures": _add_figures}  # fmt: skip
    steps[options.command](options)


def _describe_train(run: argparse.ArgumentParser) -> None:
    run.add_argument("--out", type=Path, required=True, help="folder of checkpoints and log")
    run.add_argument("--fonts", type=Path, required=True, help="folder of fonts with fonts.tsv")
    run.add_argument("--real", type=Path, help="folder of real lines with labels.tsv")
    run.add_argument("--start", type=Path, required=True, help="folder asterocr/assets (asternet.onnx, vocab.json)")
    run.add_argument("--init", type=Path, help="checkpoint whose weights to start from")
    run.add_argument("--model", type=Path, help="folder of a model whose weights to start from")
    run.add_argument("--letters", type=Path, help="letters of the real lines, made by the command align")
    run.add_argument("--figures", type=Path, help="folder of pictures of single figures in the format of MNIST")
    run.add_argument("--minutes", type=float, default=120.0)
    run.add_argument("--height", type=int, default=40)
    run.add_argument("--rate", type=float, default=5e-4)
    run.add_argument("--frozen-blocks", type=int, default=2)
    run.add_argument("--real-share", type=float, default=0.35)
    run.add_argument("--check-every", type=float, default=8.0)
    run.add_argument("--seed", type=int, default=1)


def _train(options: argparse.Namespace) -> None:
    alphabet = json.loads((options.start / "vocab.json").read_text(encoding="utf-8"))["chars"]
    plan = TrainingPlan(
        out=options.out,
        fonts=options.fonts,
        real=options.real,
        alphabet=tuple(alphabet),
        start=options.start / "asternet.onnx",
        minutes=options.minutes,
        height=options.height,
        rate=options.rate,
        frozen_blocks=options.frozen_blocks,
        real_share=options.real_share,
        check_every=options.check_every,
        seed=options.seed,
        init=options.init,
        model=options.model,
        letters=options.letters,
        figures=options.figures,
    )
    train(plan)


def _align(options: argparse.Namespace) -> None:
    logging.info("%d lines aligned", align_lines(options.model, options.real, options.out, options.part))


def _export(options: argparse.Namespace) -> None:
    export_model(
        options.checkpoint,
        options.out,
        version=options.version,
        earlier=options.earlier,
        share=options.share,
        strikes=options.strikes,
    )


def _add_figures(options: argparse.Namespace) -> None:
    second = ModelFolder.open(options.second)
    add_figures(options.model, SecondNetwork(second.network, second.strikes), options.version)


def _strikes(options: argparse.Namespace) -> None:
    teach_strikes(
        options.model, options.fonts, options.real, options.letters, version=options.version, lines=options.lines
    )


def _calibrate(options: argparse.Namespace) -> None:
    lines = calibrate(options.model, options.fonts, options.real, options.size or 900, options.letters, options.figures)
    logging.info("calibrated on %d lines", lines)


def _figures(options: argparse.Namespace) -> None:
    size = options.size or 120
    lines = figure_lines(options.fonts, options.real, size)
    if options.sentences:
        lines += other_writers(options.sentences, round(1.7 * size))
    ours = HandwritingRecogniser(options.model)
    readers: dict[str, ReadLines] = {
        "ours": ours.read_lines,
        "asterocr": AsterRecogniser().read_lines,
        "Tesseract": read_by_tesseract,
    }
    scores = measure_lines(lines, readers)
    strikes = measure_strikes(options.model, options.fonts, options.real, 5 * size) if ours.tells_strikes else []
    tables = markdown_table(scores) + (f"\n## Crossed-out words\n\n{strike_table(strikes)}" if strikes else "")
    if options.out is None:
        logging.info("\n%s", tables)
        return
    options.out.mkdir(parents=True, exist_ok=True)
    data = {
        "model": ours.version,
        "scores": [row.as_json() for row in scores],
        "crossed_out": [row.as_json() for row in strikes],
    }
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (options.out / "handwriting.json").write_text(text + "\n", encoding="utf-8")
    head = f"# Handwriting recogniser, model {ours.version}\n\n"
    head += f"Beside asterocr {AsterRecogniser.version} untouched and Tesseract's Vietnamese, in one run. "
    head += "All lines are held out; photographs of addresses are imitated. The model card explains the sets.\n\n"
    (options.out / "handwriting.md").write_text(head + tables, encoding="utf-8")


if __name__ == "__main__":
    main()
