"""`python -m dialogue_gym` is `dialogue-gym`."""

import sys

from dialogue_gym.cli import main

if __name__ == "__main__":
    sys.exit(main())
