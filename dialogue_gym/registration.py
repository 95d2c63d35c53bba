"""The environments' names. Entry points are strings: registering loads nothing."""

import re

from gymnasium.envs.registration import register, registry

NAMESPACE = "dialogue_gym"

_ENVIRONMENTS = {
    "CustomerService-v0": "customer_service.env:CustomerService",
    "CustomerServiceActs-v0": "customer_service.env:CustomerServiceActs",
    "Recommendation-v0": "recommendation.conversation.env:Recommendation",
    "RecommendationActs-v0": "recommendation.conversation.env:RecommendationActs",
    "SlateRecommendation-v0": "recommendation.slates.env:SlateRecommendation",
    "SlateRecommendationActs-v0": "recommendation.slates.env:SlateRecommendationActs",
    "SentimentClassification-v0": "sentiment.classification.env:SentimentClassification",
    "SentimentClassificationActs-v0": "sentiment.classification.env:SentimentClassificationActs",
    "SentimentMonitor-v0": "sentiment.monitor.env:SentimentMonitor",
    "SentimentMonitorActs-v0": "sentiment.monitor.env:SentimentMonitorActs",
}
"""Id to the classes' common stem: `<stem>Env` is the single environment, `<stem>VectorEnv` the vector."""

VARIANTS: dict[str, tuple[dict[str, str], ...]] = {
    f"{NAMESPACE}/CustomerService-v0": ({"domain": "banking"},),
    f"{NAMESPACE}/CustomerServiceActs-v0": ({"domain": "banking"},),
}
"""Arguments that make another task of an environment than its defaults do, by id."""


def register_environments() -> None:
    """Registers every environment of the package with Gymnasium. Doing it twice is harmless."""
    for name, stem in _ENVIRONMENTS.items():
        env_id = f"{NAMESPACE}/{name}"
        if env_id not in registry:
            path = f"dialogue_gym.envs.{stem}"
            register(env_id, entry_point=f"{path}Env", vector_entry_point=f"{path}VectorEnv")


def text_view(env_id: str) -> str:
    """The id of the text view of the same episodes: "X-v0" for "XActs-v0", and for "X-v0" itself."""
    return re.sub(r"Acts(-v\d+)$", r"\1", env_id)


def environment_ids() -> list[str]:
    """The package's registered ids, in order."""
    return [env_id for env_id in registry if env_id.startswith(f"{NAMESPACE}/")]
