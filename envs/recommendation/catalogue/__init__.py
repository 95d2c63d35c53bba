"""What there is to recommend: items described in words, and what can be read from the words."""

from dialogue_gym.envs.recommendation.catalogue.builtin import builtin_catalogue
from dialogue_gym.envs.recommendation.catalogue.items import Catalogue, Item
from dialogue_gym.envs.recommendation.catalogue.reading import read_tags
from dialogue_gym.envs.recommendation.catalogue.schema import CATEGORIES, FACETS, STYLES, TAGS, THEMES, TONES

__all__ = [
    "CATEGORIES",
    "FACETS",
    "STYLES",
    "TAGS",
    "THEMES",
    "TONES",
    "Catalogue",
    "Item",
    "builtin_catalogue",
    "read_tags",
]
