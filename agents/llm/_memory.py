"""Memory that a process holds and does not need."""

import ctypes
import sys


def give_back() -> None:
    """Gives free memory back to the system, where the C library can (glibc).

    Batches of dialogues differ in shape, so that freed tensors may leave holes of all sizes in the heap, which the C
    library keeps: a run that held five gigabytes had grown to twelve.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
