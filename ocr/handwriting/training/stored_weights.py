"""Weights of a model folder, back in PyTorch, to go on learning from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from ocr.handwriting.model_store import ModelFolder
from ocr.handwriting.training.network import LineNetwork, MarkingNetwork

__all__ = ["load_model_weights", "plain_network"]


def load_model_weights(folder: Path) -> LineNetwork:
    """The network of a model folder in PyTorch.

    Args:
        folder: as `export_model` writes it; every weight in its ONNX file carries its own name.

    Raises:
        HandwritingModelError: no usable model.
    """
    model = ModelFolder.open(folder)
    kind = LineNetwork if model.strikes is None else MarkingNetwork
    network = kind(len(model.alphabet), model.height)
    graph = onnx.load(str(model.network)).graph
    stored = {tensor.name.removesuffix("_half"): numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {name: torch.from_numpy(stored[name].astype(np.float32)) for name in network.state_dict()}
    network.load_state_dict(weights)
    return network


def plain_network(folder: Path) -> LineNetwork:
    """The network of a model folder without what tells crossed-out words, which learns apart.

    Raises:
        HandwritingModelError: no usable model.
    """
    whole = load_model_weights(folder)
    network = LineNetwork(whole.head.out_features, whole.height)
    network.load_state_dict({name: weight for name, weight in whole.state_dict().items() if "strikes." not in name})
    return network
