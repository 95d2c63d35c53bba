"""The environments: one folder per task."""

if __name__ != "dialogue_gym.envs":
    raise ImportError(
        f"Expected to be imported as 'dialogue_gym.envs', got {__name__!r}: the folder is a part of the dialogue_gym "
        "package. Install it (pip install -e .) and import dialogue_gym.envs."
    )
