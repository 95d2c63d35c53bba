"""Stable-Baselines3 and sb3-contrib on the numeric view, over the native vector environment.

dialogue-gym train maskable_ppo --env dialogue_gym/CustomerServiceActs-v0 --steps 200000
make_agent("sb3:runs/maskable_ppo-CustomerServiceActs-v0", env=env)
"""
