"""From a checkpoint to the files the engine reads: ONNX, alphabet, description."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ocr.handwriting.model_store import FIGURES_FILE, PLAIN, WITH_STRIKES, ModelFolder, SecondNetwork, digest_of
from ocr.handwriting.training.network import LineNetwork, MarkingNetwork
from ocr.handwriting.training.stored_weights import load_model_weights

__all__ = ["add_figures", "export_model", "write_model", "write_onnx"]

_BIG = 4096
"""Numbers of a tensor from which halving it saves more than the cast costs."""


def write_onnx(network: LineNetwork, file: Path) -> None:
    """Write the network as ONNX with free batch size and width, weights in full precision."""
    network = network.eval().float().to("cpu", memory_format=torch.contiguous_format)
    torch.backends.mha.set_fastpath_enabled(False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter keeps the weights' own names, and says that it is older
        _export(network, file)


def _export(network: LineNetwork, file: Path) -> None:
    outputs = ["log_probs", "struck"] if isinstance(network, MarkingNetwork) else ["log_probs"]
    torch.onnx.export(
        network,
        (torch.ones(2, 1, network.height, 256),),
        str(file),
        input_names=["strips"],
        output_names=outputs,
        dynamic_axes={"strips": {0: "batch", 3: "width"}, **{name: {0: "frames", 1: "batch"} for name in outputs}},
        opset_version=17,
        do_constant_folding=False,  # keeps every weight under its own name, so that tuning can start from the file
        dynamo=False,
    )


def _halve_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Store big weights as float16 and widen them when the session opens.

    Half the file and no loss that can be measured; the arithmetic stays in float32, which an ordinary
    processor does faster than float16.
    """
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < _BIG:
            continue
        small = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name + "_half")
        casts.append(helper.make_node("Cast", [small.name], [tensor.name], to=TensorProto.FLOAT))
        tensor.CopyFrom(small)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def export_model(
    checkpoint: Path,
    folder: Path,
    *,
    version: str,
    earlier: Path | None = None,
    share: float = 0.6,
    strikes: Path | None = None,
) -> None:
    """Write `model.onnx` and `model.json` of a checkpoint into a folder.

    Args:
        checkpoint: as `train` keeps it (`best.pt`).
        folder: the model's folder; its calibration is written apart.
        version: name of this model, kept with every reading.
        earlier: the checkpoint that the run of `checkpoint` began with, to mix its weights in: the mean of two
            points of one valley often reads better than either (Izmailov et al. 2018, stochastic weight averaging).
        share: of `checkpoint` in that mean.
        strikes: folder of the model before, whose way of telling crossed-out words is taken over; it was learned
            over other weights, so teach it further (`strikes.teach_strikes`).
    """
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    network = LineNetwork(len(state["alphabet"]), state["height"])
    weights = state["weights"]
    if earlier is not None:
        before = torch.load(earlier, map_location="cpu", weights_only=False)["weights"]
        weights = {name: torch.lerp(before[name], weight, share) for name, weight in weights.items()}
    network.load_state_dict(weights)
    training = {"steps": state["step"], "minutes": round(state["spent"], 1), "validation": state["scores"]}
    if strikes is None:
        write_model(network, state["alphabet"], folder, version=version, training=training)
        return
    marking = MarkingNetwork(len(state["alphabet"]), state["height"])
    told = {n: w for n, w in load_model_weights(strikes).state_dict().items() if n.startswith("strikes.")}
    marking.load_state_dict(network.state_dict() | told)
    threshold = ModelFolder.open(strikes).strikes
    write_model(marking, state["alphabet"], folder, version=version, training=training, strikes=threshold)


def write_model(
    network: LineNetwork,
    letters: Sequence[str],
    folder: Path,
    *,
    version: str,
    training: Mapping[str, Any],
    strikes: float | None = None,
) -> None:
    """Write a network as a model folder.

    Args:
        network: the network.
        letters: its alphabet, the blank first.
        folder: the folder to make.
        version: name of the model.
        training: how it was made, kept in the description.
        strikes: least sureness of a crossed-out span, for a `MarkingNetwork`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    full, target = folder / "full.onnx", folder / "model.onnx"
    write_onnx(network, full)
    target.write_bytes(_halve_weights(onnx.load(str(full))).SerializeToString())
    full.unlink()
    description = {
        "format": WITH_STRIKES if isinstance(network, MarkingNetwork) else PLAIN,
        "version": version,
        "made": date.today().isoformat(),
        "height": network.height,
        "alphabet": list(letters),
        "sha256": digest_of(target),
        "training": dict(training),
        **({"strikes": strikes} if isinstance(network, MarkingNetwork) else {}),
    }
    text = json.dumps(description, ensure_ascii=False, indent=1)
    (folder / "model.json").write_text(text + "\n", encoding="utf-8")


def add_figures(folder: Path, second: SecondNetwork, version: str) -> None:
    """Lay a second network, which reads fields of figures, beside the one of a model folder.

    Args:
        folder: the model's folder.
        second: the network, of the same letters and strips.
        version: name of the model from now on: it reads figures otherwise.
    """
    target, description = folder / FIGURES_FILE, folder / "model.json"
    if second.network != target:
        shutil.copy(second.network, target)
    told = json.loads(description.read_text(encoding="utf-8"))
    told |= {"version": version, "figures": {"sha256": digest_of(target), "strikes": second.strikes}}
    description.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
