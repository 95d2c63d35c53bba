"""Training LLM policies: supervised fine-tuning on logs, PPO and REINFORCE, on one engine."""
