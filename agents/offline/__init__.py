"""Learning from logged episodes alone: behaviour cloning and conservative Q-learning on numeric views.

dialogue-gym data episodes --env dialogue_gym/CustomerServiceActs-v0 --episodes 2000 --out episodes.jsonl.gz
dialogue-gym train cql --env dialogue_gym/CustomerServiceActs-v0 --logs episodes.jsonl.gz
make_agent("offline:runs/cql-CustomerServiceActs-v0", env=env)
"""
