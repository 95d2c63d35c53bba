"""Prior knowledge as a reward: facts, rules and prohibitions in a file that a user writes.

`syntax` is the file's form, `inference` what follows from it, `reward` what an agent is charged for.
"""

from dialogue_gym.rewards.library.logic.inference import Triple, closure, matches
from dialogue_gym.rewards.library.logic.reward import Logic
from dialogue_gym.rewards.library.logic.syntax import Knowledge, read_knowledge

__all__ = ["Knowledge", "Logic", "Triple", "closure", "matches", "read_knowledge"]
