"""Rewards: what they see and give, how they are named, mixed, checked and exchanged.

A reward is a function of a `Step` that gives a number or a `Reward` with named parts:

    def brevity(step: Step) -> float:
        return -0.01 * len(step.action_text)

    env = gym.make("dialogue_gym/CustomerService-v0", reward=brevity)
"""

from dialogue_gym.rewards.base import Reward, RewardFunction, RewardModel, Step
from dialogue_gym.rewards.check import score_checked
from dialogue_gym.rewards.combine import Clip, Gate, Minimum, WeightedMix
from dialogue_gym.rewards.functions import FunctionReward, TaskReward
from dialogue_gym.rewards.registry import register_reward, reward_names
from dialogue_gym.rewards.resolve import resolve_reward
from dialogue_gym.rewards.sharing import SharedReward, SharesReward, share
from dialogue_gym.rewards.wrapper import RerewardVectorWrapper, RerewardWrapper, rescore

__all__ = [
    "Clip",
    "FunctionReward",
    "Gate",
    "Minimum",
    "RerewardVectorWrapper",
    "RerewardWrapper",
    "Reward",
    "RewardFunction",
    "RewardModel",
    "SharedReward",
    "SharesReward",
    "Step",
    "TaskReward",
    "WeightedMix",
    "register_reward",
    "rescore",
    "resolve_reward",
    "reward_names",
    "score_checked",
    "share",
]
