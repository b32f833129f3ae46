"""`python -m workbench COMMAND`."""

import multiprocessing
import os

# Before anything imports Tesseract's or OpenCV's threads: one thread a process is 2 to 5 times faster in a batch.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

from workbench.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()
