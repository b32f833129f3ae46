"""Command line of the training recipe: `python -m ocr.handwriting.training train ...`."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

from ocr.handwriting.training.segments import align_lines
from ocr.handwriting.training.train import TrainingPlan, train


def main() -> None:
    """Train a model from the package asterocr's weights, drawn lines and real lines."""
    parser = argparse.ArgumentParser(prog="python -m ocr.handwriting.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("train", help="train, or go on with a run that was interrupted")
    run.add_argument("--out", type=Path, required=True, help="folder of checkpoints and log")
    run.add_argument("--fonts", type=Path, required=True, help="folder of fonts with fonts.tsv")
    run.add_argument("--real", type=Path, help="folder of real lines with labels.tsv")
    run.add_argument(
        "--start", type=Path, required=True, help="folder asterocr/assets with asternet.onnx and vocab.json"
    )
    run.add_argument("--init", type=Path, help="checkpoint whose weights to start from")
    run.add_argument("--segments", type=Path, help="words of the real lines, made by the command align")
    run.add_argument("--minutes", type=float, default=120.0)
    run.add_argument("--height", type=int, default=40)
    run.add_argument("--rate", type=float, default=5e-4)
    run.add_argument("--frozen-blocks", type=int, default=2)
    run.add_argument("--real-share", type=float, default=0.35)
    run.add_argument("--check-every", type=float, default=8.0)
    run.add_argument("--seed", type=int, default=1)
    align = commands.add_parser("align", help="find the words of the real lines with a trained model")
    align.add_argument("--model", type=Path, required=True, help="folder of a model")
    align.add_argument("--real", type=Path, required=True, help="folder of real lines with labels.tsv")
    align.add_argument("--out", type=Path, required=True, help="JSON file to write")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if options.command == "align":
        logging.info("%d lines aligned", align_lines(options.model, options.real, options.out))
        return
    alphabet = json.loads((options.start / "vocab.json").read_text(encoding="utf-8"))["chars"]
    plan = TrainingPlan(
        out=options.out, fonts=options.fonts, real=options.real, alphabet=tuple(alphabet), init=options.init,
        start=options.start / "asternet.onnx", minutes=options.minutes, height=options.height, rate=options.rate,
        frozen_blocks=options.frozen_blocks, real_share=options.real_share, check_every=options.check_every,
        seed=options.seed, segments=options.segments,
    )  # fmt: skip
    train(plan)


if __name__ == "__main__":
    main()
