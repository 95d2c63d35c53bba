"""The example of a reward of one's own: short, and it runs."""

import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples/custom_reward.py"


def test_it_is_short_and_ends_with_a_trained_agent() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 25
    process = subprocess.run([sys.executable, str(EXAMPLE), "2048"], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    assert re.search(r"mean return before -?\d\.\d\d, after -?\d\.\d\d", process.stdout)
