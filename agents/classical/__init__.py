"""Training of agents of numeric views: what `dialogue-gym train dqn|maskable_ppo|qlearning|...` does."""
