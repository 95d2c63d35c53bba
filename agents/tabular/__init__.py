"""Tabular Q-learning on the numeric view.

dialogue-gym train qlearning --env dialogue_gym/CustomerServiceActs-v0 --steps 200000
make_agent("qlearning:runs/qlearning-CustomerServiceActs-v0", env=env)
"""
