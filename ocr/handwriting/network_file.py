"""The network's file, opened and asked for one more output: what it knows of each frame before it names a letter.

A book's hand is learned on these features, and models made before anybody asked for them do not hand them out. So the
output is added when the file is opened: the layer that names letters is found behind the first output, and what goes
into it is named as an output too. Only the few fields of the ONNX form (protobuf) that this needs are looked at; the
weights are passed on as they are. The package `onnx` would do the same, at 60 MB on every clerk's machine.
The only file that imports onnxruntime.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import onnxruntime

from ocr.handwriting.types import HandwritingModelError

__all__ = ["Network", "open_network", "with_features"]

Network: TypeAlias = onnxruntime.InferenceSession

onnxruntime.disable_telemetry_events()  # beside the variable that `ocr` sets, for systems where only this is heard

_ONLY_FATAL = 4
"""onnxruntime's level of logging: its warnings are no concern of people's."""

_GRAPH, _NODE, _OUTPUT = 7, 1, 12
"""Numbers of fields in ONNX's format: the graph in a model, nodes and outputs in a graph."""
_NODE_INPUT, _NODE_OUTPUT, _NODE_KIND = 1, 2, 4
"""The same in a node."""
_LENGTH_DELIMITED = 2
"""Wire type of a field that tells its length first (protocol buffers)."""
_BITS, _LOW_BITS, _MORE_FOLLOWS = 7, 0x7F, 0x80
"""Of a byte of a varint: its bits of the number, and the bit that says that more bytes follow."""
_FLOATS = b"\x12\x04\x0a\x02\x08\x01"
"""Type of an output: a tensor of float32, its shape told by the network."""
_PASSED = ("LogSoftmax", "Cast", "Add")
_NAMES_LETTERS = ("MatMul", "Gemm")
_KIND_BITS, _KIND = 3, 0x07
"""A field's key holds its number above the bits that tell how its content is written."""
_WIDE_KIND, _WIDE, _NARROW = 1, 8, 4
"""Content of fixed length is so many bytes long: of that kind the first, of the other the second."""


@dataclass(frozen=True, slots=True)
class _Node:
    kind: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def open_network(path: Path) -> Network:
    """Open a network on one thread; what it knows of each frame is its last output where that can be told.

    Raises:
        HandwritingModelError: the file is missing or damaged.
    """
    if not path.is_file():
        raise HandwritingModelError(
            f"Không tìm thấy mô hình đọc chữ viết tay: {path.name}. "
            "Hãy cài lại phần mềm; trong lúc chờ, chữ đánh máy vẫn được đọc."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # strips differ in width: a pattern for each would be hoarded
    options.log_severity_level = _ONLY_FATAL
    try:
        content, _ = with_features(path.read_bytes())
        network: Network = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        return network
    except Exception as error:  # onnxruntime raises many unrelated classes for a broken file
        raise HandwritingModelError(
            f"Mô hình đọc chữ viết tay bị hỏng: {path.name}. "
            "Hãy cài lại phần mềm; trong lúc chờ, chữ đánh máy vẫn được đọc."
        ) from error


def with_features(content: bytes) -> tuple[bytes, str | None]:
    """The file with the features as its last output, and its name; as it was, where they are not found."""
    try:
        return _with_features(content)
    except (IndexError, UnicodeDecodeError):  # no such file at all: whoever opens it says so
        return content, None


def _with_features(content: bytes) -> tuple[bytes, str | None]:
    for field, start, body, end in _fields(memoryview(content), 0, len(content)):
        if field == _GRAPH:
            name = _before_letters(memoryview(content)[body:end])
            if name is None:
                return content, None
            value = b"\x0a" + _varint(len(name.encode())) + name.encode() + _FLOATS
            output = bytes([_OUTPUT << _KIND_BITS | _LENGTH_DELIMITED]) + _varint(len(value)) + value
            graph = bytes([_GRAPH << _KIND_BITS | _LENGTH_DELIMITED]) + _varint(end - body + len(output))
            return b"".join((content[:start], graph, content[body:end], output, content[end:])), name
    return content, None


def _before_letters(graph: memoryview) -> str | None:
    """What goes into the layer that names letters: behind the first output, through what only reshapes or scales."""
    made_by: dict[str, _Node] = {}
    first = ""
    for field, _, body, end in _fields(graph, 0, len(graph)):
        if field == _NODE:
            node = _node(graph[body:end])
            made_by |= dict.fromkeys(node.outputs, node)
        elif field == _OUTPUT and not first:
            first = _name(graph[body:end])
    wanted = [first]
    while wanted:
        found = made_by.get(wanted.pop())
        if found is None:
            continue
        if found.kind in _NAMES_LETTERS:
            return found.inputs[0]
        if found.kind in _PASSED:
            wanted += found.inputs
    return None


def _name(value: memoryview) -> str:
    """The name of an output."""
    return next((bytes(value[b:e]).decode() for f, _, b, e in _fields(value, 0, len(value)) if f == 1), "")


def _node(content: memoryview) -> _Node:
    texts: dict[int, list[str]] = {_NODE_INPUT: [], _NODE_OUTPUT: [], _NODE_KIND: []}
    for field, _, body, end in _fields(content, 0, len(content)):
        if field in texts:
            texts[field].append(bytes(content[body:end]).decode())
    return _Node("".join(texts[_NODE_KIND]), tuple(texts[_NODE_INPUT]), tuple(texts[_NODE_OUTPUT]))


def _fields(content: memoryview, at: int, stop: int) -> Iterator[tuple[int, int, int, int]]:
    """Fields of a protobuf message: (number, where it starts, where its content starts, where it ends)."""
    while at < stop:
        start = at
        key, at = _read_varint(content, at)
        kind = key & _KIND
        if kind == _LENGTH_DELIMITED:
            length, at = _read_varint(content, at)
            yield key >> _KIND_BITS, start, at, at + length
            at += length
        elif kind == 0:
            _, at = _read_varint(content, at)
        else:
            at += _WIDE if kind == _WIDE_KIND else _NARROW


def _read_varint(content: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & _LOW_BITS) << shift
        if byte < _MORE_FOLLOWS:
            return value, at
        shift += _BITS


def _varint(value: int) -> bytes:
    found = bytearray()
    while value >= _MORE_FOLLOWS:
        found.append(value & _LOW_BITS | _MORE_FOLLOWS)
        value >>= _BITS
    return bytes([*found, value])
