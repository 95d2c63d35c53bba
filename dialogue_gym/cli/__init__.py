"""The command line: `dialogue-gym envs | play | evaluate | ...`.

Every command is a frozen dataclass whose fields are its options and whose `run` gives the exit status: 0 for
done, 2 for a mistake that the message explains, 130 after Ctrl-C.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from dialogue_gym.errors import ConfigurationError, DialogueGymError
from dialogue_gym.terminal import printable

NOT_YET = {
    "benchmark": "Play agents × tasks, resumable.",
    "report": "Make a page of tables, plots and transcripts from runs.",
}
"""Commands that this version only knows the names of."""

USAGE_ERROR = 2
INTERRUPTED = 130


@dataclass(frozen=True)
class NotYet:
    """A command that this version does not have."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and gives the exit status.

    Args:
        argv: The arguments; None for those of the process.
    """
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except DialogueGymError as error:
        print(f"error: {printable(str(error))}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader (`| head`) has seen enough; what is left goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(argv: list[str]) -> int:
    if argv and argv[0] in NOT_YET:
        ready = ", ".join(_commands())
        raise ConfigurationError(
            f"Expected a command that this version has, got {argv[0]!r}, which is not implemented yet. Use: {ready}."
        )
    import tyro

    commands = _commands()
    unions: list[object] = [
        Annotated[cls, tyro.conf.subcommand(name, description=cls.__doc__)] for name, cls in commands.items()
    ]
    unions += [
        Annotated[NotYet, tyro.conf.subcommand(name, description=f"{text} (Not in this version yet.)")]
        for name, text in NOT_YET.items()
    ]
    command = tyro.cli(
        _union(unions),
        args=argv or ["--help"],
        prog="dialogue-gym",
        description="Gymnasium environments for dialogue agents: play them, compare agents on them.",
        config=(tyro.conf.FlagCreatePairsOff, tyro.conf.OmitArgPrefixes),
    )
    return int(command.run())


def _commands() -> dict[str, type]:
    from dialogue_gym.cli.data import Data
    from dialogue_gym.cli.envs import Envs
    from dialogue_gym.cli.evaluate import Evaluate
    from dialogue_gym.cli.explain import Explain
    from dialogue_gym.cli.monitor import Monitor
    from dialogue_gym.cli.play import Play
    from dialogue_gym.cli.recommend import Recommend
    from dialogue_gym.cli.train import Train

    return {
        "envs": Envs,
        "play": Play,
        "monitor": Monitor,
        "recommend": Recommend,
        "evaluate": Evaluate,
        "explain": Explain,
        "train": Train,
        "data": Data,
    }


def _union(members: list[object]) -> Any:
    from typing import Union

    return Union[tuple(members)]  # noqa: UP007  (the members are only known here)
