"""A bank with articles of one's own. Run: python examples/own_articles.py [folder, by default own_articles beside it].

On the numeric view the rules search for what customers wrote, and find the article that a message names in some 95 of
100 dialogues; on the text view they must first learn to hear from a dozen messages, and reach about 30.
"""

import sys
from pathlib import Path

from dialogue_gym.evaluation.play import play

folder = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).with_suffix(""))
kinds = ["atm_support", "card_delivery_estimate", "lost_or_stolen_card"]
arguments = {"domain": "banking", "corpus": folder, "kinds": kinds, "difficulty": "easy"}
for env in ("dialogue_gym/CustomerService-v0", "dialogue_gym/CustomerServiceActs-v0"):
    for agent in ("rule", "oracle"):
        outcomes = [row.outcome for row in play(agent, env, [(i, 0) for i in range(100)], env_kwargs=arguments)]
        found, needed = (sum(each[f"documents_{name}"] for each in outcomes) for name in ("found", "needed"))
        success = sum(each["success"] for each in outcomes) / len(outcomes)
        print(f"{env:40} {agent:7} recall@3 {found / needed:.2f}   success {success:.2f}")
