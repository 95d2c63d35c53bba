"""From a reward function to a trained agent. Run: python examples/custom_reward.py [steps, by default 60000]."""

import sys

import gymnasium as gym
from sb3_contrib import MaskablePPO
from sb3_contrib.common.maskable.evaluation import evaluate_policy
from stable_baselines3.common.env_util import make_vec_env

from dialogue_gym.rewards import Step


def thorough(step: Step) -> float:
    """Pays for what serves the customer, as it is done; breaking a rule costs a tenth of the work."""
    return step.facts["progress"] + step.facts.get("success", 0.0) - 0.1 * step.facts["violations"]


env_id, arguments = "dialogue_gym/CustomerServiceActs-v0", {"difficulty": "easy", "reward": thorough}
env = make_vec_env(lambda: gym.make(env_id, **arguments), n_envs=8, seed=0)
agent = MaskablePPO("MlpPolicy", env, n_steps=256, batch_size=256, gamma=1.0, ent_coef=0.01, seed=0, device="cpu")
before, _ = evaluate_policy(agent, env, n_eval_episodes=100, deterministic=False)
agent.learn(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000)
after, _ = evaluate_policy(agent, env, n_eval_episodes=100, deterministic=False)
print(f"mean return before {before:.2f}, after {after:.2f}")
