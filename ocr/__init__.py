"""Scan in, readings out: open, straighten, find the form, cut, recognise, score; batch engines; benchmark.

Knows nothing of who corrects a reading or where it is kept.
"""

import os

# onnxruntime's native threads report to its vendor unless this stands in the environment before it is imported.
# Every process that reads imports this package first, spawned and Dask workers too; nobody may switch it back on.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
