"""The line network in PyTorch, with the weights of asterocr as its starting point.

The shape follows AsterNet of the package asterocr 1.0.2 (MIT, Copyright asterxlabs): convolutions that
fold the height away, two bidirectional LSTM layers, two attention layers whose output is mixed in by a
gate, and a CTC head. Ours differs where it helps on a processor and with pens: one grey channel instead
of three equal ones, batch normalisation folded into the convolutions, and strips of any height.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

__all__ = ["LineNetwork", "MarkingNetwork", "StrikeHead", "load_aster_weights"]

_STAGES = ((64, 64, (1, 1)), (64, 128, (2, 1)), (128, 128, (1, 1)), (128, 256, (2, 2)),
           (256, 256, (1, 1)), (256, 512, (2, 2)), (512, 512, (1, 1)))  # fmt: skip

_LONGEST = 400
"""Frames of the longest strip (1,600 columns)."""


class _Stem(nn.Module):  # type: ignore[misc]  # torch is optional and untyped here
    """First convolution plus a projection of the picture's Laplacian, which keeps thin tone marks."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Conv2d(1, 64, 3, padding=1)
        self.edges = nn.Conv2d(1, 64, 1)
        laplacian = torch.tensor([[0.0, -1.0, 0.0], [-1.0, 4.0, -1.0], [0.0, -1.0, 0.0]])
        self.register_buffer("laplacian", laplacian.view(1, 1, 3, 3), persistent=False)

    def forward(self, strips: torch.Tensor) -> torch.Tensor:
        """Strips (B, 1, H, W) to features (B, 64, H, W)."""
        return functional.silu(self.main(strips)) + self.edges(
            functional.conv2d(strips, self.laplacian.to(strips.dtype), padding=1)
        )


class _Block(nn.Module):  # type: ignore[misc]  # torch is optional and untyped here
    """Pointwise, depthwise and pointwise convolution with channel attention and a shortcut."""

    def __init__(self, channels_in: int, channels_out: int, stride: tuple[int, int]) -> None:
        super().__init__()
        self.widen = nn.Conv2d(channels_in, channels_out, 1)
        self.spread = nn.Conv2d(channels_out, channels_out, 3, stride=stride, padding=1, groups=channels_out)
        self.squeeze = nn.Linear(channels_out, 16, bias=False)
        self.excite = nn.Linear(16, channels_out, bias=False)
        self.mix = nn.Conv2d(channels_out, channels_out, 1)
        changes = stride != (1, 1) or channels_in != channels_out
        self.shortcut = nn.Conv2d(channels_in, channels_out, 1, stride=stride) if changes else nn.Identity()

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Features in, features of half the height where the stride says so."""
        kept = self.shortcut(features)
        out = functional.silu(self.spread(functional.silu(self.widen(features))))
        weights = torch.sigmoid(self.excite(functional.silu(self.squeeze(out.mean(dim=(2, 3))))))
        return functional.silu(self.mix(out * weights[:, :, None, None]) + kept)


class _Attention(nn.Module):  # type: ignore[misc]  # torch is optional and untyped here
    """Self-attention of 4 heads, spelt out so that it exports with free batch size and length."""

    def __init__(self, width: int = 512, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(self, sequence: torch.Tensor) -> torch.Tensor:
        """Sequence (T, B, width) to a mixture of its places, same shape."""
        frames, batch, width = sequence.shape
        joined = functional.linear(sequence, self.in_proj_weight, self.in_proj_bias)
        asked, keys, values = (
            part.reshape(frames, batch, self.heads, width // self.heads).permute(1, 2, 0, 3)
            for part in joined.chunk(3, dim=-1)
        )
        shares = (asked @ keys.transpose(-1, -2) * (width // self.heads) ** -0.5).softmax(dim=-1)
        mixed = (shares @ values).permute(2, 0, 1, 3).reshape(frames, batch, width)
        out: torch.Tensor = self.out_proj(mixed)
        return out


class _LanguageLayer(nn.Module):  # type: ignore[misc]  # torch is optional and untyped here
    """Attention and feed-forward, each behind a normalisation and with a shortcut."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.self_attn = _Attention()
        self.linear1, self.linear2 = nn.Linear(512, 1024), nn.Linear(1024, 512)
        self.norm1, self.norm2 = nn.LayerNorm(512), nn.LayerNorm(512)
        self.dropout = nn.Dropout(dropout)

    def forward(self, sequence: torch.Tensor) -> torch.Tensor:
        """Sequence (T, B, 512) in and out."""
        sequence = sequence + self.dropout(self.self_attn(self.norm1(sequence)))
        hidden = self.dropout(functional.gelu(self.linear1(self.norm2(sequence))))
        out: torch.Tensor = sequence + self.dropout(self.linear2(hidden))
        return out


class _Language(nn.Module):  # type: ignore[misc]  # torch is optional and untyped here
    """Two attention layers."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_LanguageLayer(dropout) for _ in range(2))

    def forward(self, sequence: torch.Tensor) -> torch.Tensor:
        """Sequence (T, B, 512) in and out."""
        for layer in self.layers:
            sequence = layer(sequence)
        return sequence


class LineNetwork(nn.Module):  # type: ignore[misc]  # torch is optional and untyped here
    """Grey strips (B, 1, height, W) to log-probabilities (T = W / 4, B, letters)."""

    def __init__(self, letters: int = 227, height: int = 40, dropout: float = 0.1) -> None:
        super().__init__()
        self.height = height
        self.stem = _Stem()
        self.blocks = nn.ModuleList(_Block(*stage) for stage in _STAGES)
        self.collapse = nn.Conv2d(512, 512, (height // 8, 1))
        self.lstm = nn.LSTM(512, 256, num_layers=2, bidirectional=True, dropout=dropout)
        self.language = _Language(dropout)
        self.language_norm = nn.LayerNorm(512)
        self.gate = nn.Linear(1024, 512)
        self.head = nn.Linear(512, letters)
        self.dropout = nn.Dropout(dropout)
        angles = torch.arange(_LONGEST).float()[:, None] * torch.exp(
            torch.arange(0, 512, 2).float() * (-np.log(10000.0) / 512)
        )
        positions = torch.stack((angles.sin(), angles.cos()), dim=2).reshape(_LONGEST, 1, 512)
        self.register_buffer("positions", positions, persistent=False)

    def convolve(self, strips: torch.Tensor) -> torch.Tensor:
        """The convolutions: strips (B, 1, H, W) to rows of features (B, 512, H / 8, T)."""
        out = self.stem(strips)
        for block in self.blocks:
            out = block(out)
        return out

    def follow(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows of features to what the pen wrote along the line (T, B, 512)."""
        features = functional.silu(self.collapse(rows)).squeeze(2).permute(2, 0, 1)
        seen: torch.Tensor = self.lstm(features)[0]
        return seen

    def spell(self, seen: torch.Tensor) -> torch.Tensor:
        """What was written along the line to log-probabilities of letters (T, B, letters)."""
        expected = self.language_norm(self.language(self.dropout(seen + self.positions[: seen.shape[0]])))
        gate = torch.sigmoid(self.gate(torch.cat((seen, expected), dim=-1)))
        fused = gate * seen + (1.0 - gate) * expected
        return functional.log_softmax(self.head(fused).float(), dim=-1)

    def letters(self, strips: torch.Tensor) -> torch.Tensor:
        """Strips, 1.0 is paper and -1.0 ink, to log-probabilities."""
        return self.spell(self.follow(self.convolve(strips)))

    def forward(self, strips: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, ...]:
        """The network's outputs, of which the log-probabilities are the first."""
        return self.letters(strips)


class StrikeHead(nn.Module):  # type: ignore[misc]  # torch is optional and untyped here
    """Tells crossed-out frames from the shapes of the strokes and from what the line seems to say there."""

    def __init__(self, height: int = 40, width: int = 64) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(512, width, 1)
        self.fold = nn.Conv2d(width, width, (height // 8, 3), padding=(0, 1))
        self.said = nn.Conv1d(512, width, 3, padding=1)
        self.near = nn.Conv1d(width, width, 5, padding=2)
        self.far = nn.Conv1d(width, width, 5, padding=4, dilation=2)
        self.judge = nn.Conv1d(width, 1, 5, padding=2)

    def forward(self, rows: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """Rows of features (B, 512, H / 8, T) and the sequence (T, B, 512) to logits (T, B)."""
        shapes = self.fold(functional.silu(self.squeeze(rows))).squeeze(2)
        out = functional.silu(shapes + self.said(seen.permute(1, 2, 0)))
        out = out + functional.silu(self.near(out))
        out = out + functional.silu(self.far(out))
        return self.judge(out).squeeze(1).T


class MarkingNetwork(LineNetwork):
    """The line network with a second output, the probability of each frame that its writing is crossed out."""

    def __init__(self, letters: int = 227, height: int = 40) -> None:
        super().__init__(letters, height)
        self.strikes = StrikeHead(height)

    def forward(self, strips: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Strips to log-probabilities of letters (T, B, letters) and probabilities of strokes (T, B)."""
        rows = self.convolve(strips)
        seen = self.follow(rows)
        return self.spell(seen), torch.sigmoid(self.strikes(rows, seen).float())


def _stretch_rows(weight: torch.Tensor, rows: int) -> torch.Tensor:
    """A kernel over 4 rows resampled to `rows` rows, so that taller strips give like features."""
    old_rows = weight.shape[2]
    if rows == old_rows:
        return weight
    centres = (torch.arange(old_rows).float() + 0.5) * rows / old_rows - 0.5
    low = centres.floor().clamp(0, rows - 1).long()
    high = (low + 1).clamp(max=rows - 1)
    share = (centres - low).clamp(0.0, 1.0)
    mixing = torch.zeros(old_rows, rows)
    mixing[torch.arange(old_rows), low] += 1.0 - share
    mixing[torch.arange(old_rows), high] += share
    return torch.einsum("oikx,kr->oirx", weight, mixing)


def _gates_to_torch(matrix: torch.Tensor) -> torch.Tensor:
    """ONNX orders the LSTM gates input, output, forget, cell; PyTorch input, forget, cell, output."""
    i, o, f, c = matrix.chunk(4, dim=0)
    return torch.cat((i, f, c, o), dim=0)


def load_aster_weights(network: LineNetwork, onnx_file: Path) -> None:
    """Copy the weights out of asterocr's ONNX file into `network`.

    Args:
        network: a network of any height with the package's 227 letters.
        onnx_file: `asterocr/assets/asternet.onnx`.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(onnx_file)).graph
    named = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
    convolutions = iter([v for n, v in named.items() if n.startswith("onnx::Conv_")])
    products = iter([v for n, v in named.items() if n.startswith("onnx::MatMul_")])
    lstm = iter([v for n, v in named.items() if n.startswith("onnx::LSTM_")])
    state: dict[str, torch.Tensor] = {}

    def put_convolution(key: str, grey: bool = False, scale: float = 1.0) -> None:
        weight, bias = next(convolutions), next(convolutions)
        state[f"{key}.weight"] = scale * (weight.sum(1, keepdim=True) if grey else weight)
        state[f"{key}.bias"] = scale * bias

    put_convolution("stem.main", grey=True)
    put_convolution("stem.edges", grey=True, scale=float(named["backbone.stem.gamma"]))
    for number, block in enumerate(network.blocks):
        key = f"blocks.{number}"
        if not isinstance(block.shortcut, nn.Identity):
            put_convolution(f"{key}.shortcut")
        put_convolution(f"{key}.widen")
        put_convolution(f"{key}.spread")
        put_convolution(f"{key}.mix")
        state[f"{key}.squeeze.weight"] = next(products).T
        state[f"{key}.excite.weight"] = next(products).T
    put_convolution("collapse")
    state["collapse.weight"] = _stretch_rows(state["collapse.weight"], network.height // 8)
    for number in range(2):
        bias, inputs, recurrent = next(lstm), next(lstm), next(lstm)
        for direction, suffix in enumerate(("", "_reverse")):
            end = f"l{number}{suffix}"
            state[f"lstm.weight_ih_{end}"] = _gates_to_torch(inputs[direction])
            state[f"lstm.weight_hh_{end}"] = _gates_to_torch(recurrent[direction])
            state[f"lstm.bias_ih_{end}"] = _gates_to_torch(bias[direction, :1024])
            state[f"lstm.bias_hh_{end}"] = _gates_to_torch(bias[direction, 1024:])
    for number in range(2):
        ours, theirs = f"language.layers.{number}", f"language_head.transformer.layers.{number}"
        for part in ("self_attn.in_proj_bias", "self_attn.out_proj.weight", "self_attn.out_proj.bias",
                     "linear1.bias", "linear2.bias", "norm1.weight", "norm1.bias", "norm2.weight",
                     "norm2.bias"):  # fmt: skip
            state[f"{ours}.{part}"] = named[f"{theirs}.{part}"]
        state[f"{ours}.self_attn.in_proj_weight"] = next(products).T
        state[f"{ours}.linear1.weight"] = next(products).T
        state[f"{ours}.linear2.weight"] = next(products).T
    state["language_norm.weight"] = named["language_head.norm.weight"]
    state["language_norm.bias"] = named["language_head.norm.bias"]
    state["gate.weight"], state["gate.bias"] = next(products).T, named["fusion.gate_linear.bias"]
    state["head.weight"], state["head.bias"] = next(products).T, named["classifier.bias"]
    network.load_state_dict({key: value.contiguous() for key, value in state.items()})
