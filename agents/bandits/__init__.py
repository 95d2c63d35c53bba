"""Contextual bandits, for tasks whose episodes are one decision, and the linear model that all our bandits share.

dialogue-gym train linucb --env dialogue_gym/SentimentClassificationActs-v0 --steps 50000
make_agent("bandit:runs/linucb-SentimentClassificationActs-v0", env=env)
"""
