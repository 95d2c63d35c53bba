"""How the simulated customer understands an agent's free text."""

from dialogue_gym.envs.customer_service.understanding.recogniser import Recogniser, hearing
from dialogue_gym.envs.customer_service.understanding.vocabulary import Vocabulary

__all__ = ["Recogniser", "Vocabulary", "hearing"]
