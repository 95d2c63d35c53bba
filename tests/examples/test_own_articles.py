"""The example of articles of one's own: short, and it runs."""

import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples/own_articles.py"


def test_it_is_short_and_says_how_well_articles_are_found() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 25
    process = subprocess.run([sys.executable, str(EXAMPLE)], capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    figures = re.findall(r"(\S+)-v0 +(\w+) +recall@3 (\S+) +success (\S+)", process.stdout)
    assert len(figures) == 4
    for _, agent, recall, success in figures:
        assert float(recall) >= float(success) - 0.01
        assert agent == "rule" or float(success) >= 0.95
