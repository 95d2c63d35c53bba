"""Rewards: what they see and give, how they are named, mixed, checked and exchanged.

A reward is a function of a `Step` that gives a number or a `Reward` with named parts:

    def brevity(step: Step) -> float:
        return -0.01 * len(step.action_text)

    env = gym.make("dialogue_gym/CustomerService-v0", reward=brevity)
"""

from dialogue_gym.rewards.base import Reward, RewardFunction, RewardModel, Step
from dialogue_gym.rewards.check import score_checked
from dialogue_gym.rewards.combine import Clip, Gate, WeightedMix
from dialogue_gym.rewards.constraint import Constraint
from dialogue_gym.rewards.ensemble import Ensemble, Minimum
from dialogue_gym.rewards.functions import FunctionReward, TaskReward
from dialogue_gym.rewards.registry import register_reward, reward_names
from dialogue_gym.rewards.resolve import dotted_paths, resolve_reward
from dialogue_gym.rewards.running import (
    Normalise,
    Running,
    Schedule,
    frozen,
    load_reward_state,
    reward_state,
    running_rewards,
)
from dialogue_gym.rewards.shaping import Shaping
from dialogue_gym.rewards.sharing import SharedReward, SharesReward, share
from dialogue_gym.rewards.timeout import TimeLimit
from dialogue_gym.rewards.wrapper import RerewardVectorWrapper, RerewardWrapper, rescore
from dialogue_gym.rewards.written import dialogue_of, written_steps

__all__ = [
    "Clip",
    "Constraint",
    "Ensemble",
    "FunctionReward",
    "Gate",
    "Minimum",
    "Normalise",
    "RerewardVectorWrapper",
    "RerewardWrapper",
    "Reward",
    "RewardFunction",
    "RewardModel",
    "Running",
    "Schedule",
    "Shaping",
    "SharedReward",
    "SharesReward",
    "Step",
    "TaskReward",
    "TimeLimit",
    "WeightedMix",
    "dialogue_of",
    "dotted_paths",
    "frozen",
    "load_reward_state",
    "register_reward",
    "rescore",
    "resolve_reward",
    "reward_names",
    "reward_state",
    "running_rewards",
    "score_checked",
    "share",
    "written_steps",
]
