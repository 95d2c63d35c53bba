"""Processes that train together: who they are, and sums over them. One process needs no launcher."""

import atexit
import contextlib
import io
import logging
import os
import time
import warnings
from collections.abc import Iterator
from typing import Any

import torch
import torch.distributed as dist

_VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")


def rank() -> int:
    """Number of this process, from 0; known before anything is started."""
    return int(os.environ.get("RANK", "0"))


def world_size() -> int:
    """Number of processes, from what the launcher says; 1 without a launcher."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def pick_device() -> torch.device:
    """This process's accelerator, or the CPU where there is none."""
    from torch import accelerator

    if not accelerator.is_available():
        return torch.device("cpu")
    kind = accelerator.current_accelerator()
    assert kind is not None, "an available accelerator has a device"
    return torch.device(kind.type, int(os.environ.get("LOCAL_RANK", "0")))


def start(device: torch.device) -> Any:
    """Starts the process group, once, and gives the deepspeed module.

    Processes are counted by the launcher's environment variables (torchrun's, DeepSpeed's, ours). Without
    them this process is alone and opens no port.
    """
    from torch.distributed import HashStore  # type: ignore[attr-defined]  # exported, though not by name

    with hushed():
        import deepspeed

    # Deprecations inside DeepSpeed are its own affair, and it has one for every collective call.
    warnings.filterwarnings("ignore", r"`torch\.distributed\.", FutureWarning)
    # The shared-memory operator would be compiled on first use; gloo does its work.
    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False
    if not dist.is_initialized():
        if device.type != "cpu":
            torch.accelerator.set_device_index(device.index or 0)
        backend = "gloo" if device.type == "cpu" else dist.get_default_backend_for_device(device)
        if all(name in os.environ for name in _VARIABLES):
            dist.init_process_group(backend)
        else:
            os.environ.update(RANK="0", WORLD_SIZE="1", LOCAL_RANK="0")
            dist.init_process_group(backend, store=HashStore(), rank=0, world_size=1)
        atexit.register(_end)
    with hushed():
        deepspeed.init_distributed(backend_of(), auto_mpi_discovery=False, verbose=False)
    return deepspeed


def _end() -> None:
    """Ends the process group before the interpreter ends.

    gloo's threads let go of the last collective's tensors a moment after it, and need Python's lock for that. One that
    still waits for the lock when the interpreter ends takes the whole process down (abort, "terminate called without an
    active exception"), after all the work was done.
    """
    if dist.is_initialized():
        alone = dist.get_world_size() == 1
        dist.destroy_process_group()
        if not alone:
            time.sleep(_LET_GO)  # hands them the lock


_LET_GO = 0.2
"""Seconds that gloo's threads have for it; they need microseconds."""


def backend_of() -> str:
    """Name of the running group's backend."""
    return str(dist.get_backend())


def total(*values: float, device: torch.device | None = None) -> list[float]:
    """Sums over all processes, each in double precision."""
    tensor = torch.tensor(values, dtype=torch.float64, device=device)
    if dist.is_initialized() and dist.get_world_size() > 1:
        dist.all_reduce(tensor)
    sums: list[float] = tensor.tolist()
    return sums


def largest(value: float, device: torch.device | None = None) -> float:
    """The largest over all processes."""
    tensor = torch.tensor(value, dtype=torch.float64, device=device)
    if dist.is_initialized() and dist.get_world_size() > 1:
        dist.all_reduce(tensor, op=dist.ReduceOp.MAX)
    return float(tensor)


def barrier() -> None:
    """Waits for all processes."""
    if dist.is_initialized() and dist.get_world_size() > 1:
        dist.barrier()


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Keeps DeepSpeed's greetings from the terminal; errors still come as exceptions."""
    logging.getLogger("DeepSpeed").setLevel(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
    logging.getLogger("DeepSpeed").setLevel(logging.ERROR)
