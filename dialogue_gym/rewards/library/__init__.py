"""The rewards that come with the package, by name; each is loaded when it is first asked for.

What has arguments, and which, is in the page of each: the docstring of what stands behind the name.
"""

_HERE = "dialogue_gym.rewards.library"

SHIPPED: dict[str, str] = {
    # of what the agent says and does
    "brevity": f"{_HERE}.brevity:brevity",
    "customer_sentiment": f"{_HERE}.customer_sentiment:customer_sentiment",
    "grounding": f"{_HERE}.grounding:grounding",
    "human_feedback": f"{_HERE}.human_feedback:HumanFeedback",
    "logic": f"{_HERE}.logic:Logic",
    "policy_rules": f"{_HERE}.policy_rules:policy_rules",
    "politeness": f"{_HERE}.politeness:politeness",
    "repetition": f"{_HERE}.repetition:repetition",
    "safety": f"{_HERE}.safety:safety",
    "turn_cost": f"{_HERE}.turn_cost:turn_cost",
    "violations": f"{_HERE}.policy_rules:violations",
    # of slates
    **{
        name: f"dialogue_gym.envs.recommendation.slates.rewards:{name}"
        for name in ("click", "clickbait_gameable", "diverse", "funnel", "long_term", "purchase")
    },
    # made of others
    "clip": "dialogue_gym.rewards.combine:Clip",
    "constraint": "dialogue_gym.rewards.constraint:Constraint",
    "ensemble": "dialogue_gym.rewards.ensemble:Ensemble",
    "gate": "dialogue_gym.rewards.combine:Gate",
    "minimum": "dialogue_gym.rewards.ensemble:Minimum",
    "normalise": "dialogue_gym.rewards.running:Normalise",
    "schedule": "dialogue_gym.rewards.running:Schedule",
    "shaping": "dialogue_gym.rewards.shaping:Shaping",
    "time_limit": "dialogue_gym.rewards.timeout:TimeLimit",
    # models
    "classifier": "dialogue_gym.agents.rewards.classifier:HFClassifierReward",
    "judge": "dialogue_gym.agents.rewards.judge:JudgeReward",
    "preference": "dialogue_gym.agents.rewards.preference:PreferenceReward",
    "similarity": "dialogue_gym.agents.rewards.similarity:EmbeddingSimilarityReward",
}
"""Name to "module:attribute"."""
