"""Recommenders to compare with: they read lists of items, as text or in numbers, and rank them.

    make_agent("dialogue_gym.agents.scripted.recommenders:popularity", env=env)

| name | ranks by |
|---|---|
| popularity | views |
| content | likeness of words to what was said and opened (TF-IDF) |
| item_item | what others opened beside what was opened, from logs |
| lin_ucb | a linear model of openings in this episode, with a bonus for what is uncertain |
| thompson | the same model, drawn from its posterior |
"""

from dialogue_gym.agents.scripted.recommenders.bandits import lin_ucb, thompson
from dialogue_gym.agents.scripted.recommenders.content import content, popularity
from dialogue_gym.agents.scripted.recommenders.neighbours import item_item

__all__ = ["content", "item_item", "lin_ucb", "popularity", "thompson"]
