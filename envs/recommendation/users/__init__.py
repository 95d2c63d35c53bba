"""The people that recommendations are for: what they choose, how they feel about it, when they leave and come back.

Each part is a small pure function with its source; `User` puts them together for one
`Person`, whom `draw_person` draws.
Nothing here is shown to agents.
"""

from dialogue_gym.envs.recommendation.users.parameters import ENGAGED, PRESETS, UserParameters
from dialogue_gym.envs.recommendation.users.population import Person, draw_person
from dialogue_gym.envs.recommendation.users.user import User

__all__ = ["ENGAGED", "PRESETS", "Person", "User", "UserParameters", "draw_person"]
