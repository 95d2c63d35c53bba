"""`dialogue-gym envs`: what can be played."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Envs:
    """List the environments, with their size and what they are about."""

    json: bool = False
    """Print one JSON document instead of a list."""

    def run(self) -> int:
        """Prints the list."""
        from dialogue_gym.evaluation.results import to_json
        from dialogue_gym.registration import environment_ids

        rows = [_describe(env_id) for env_id in environment_ids()]
        if self.json:
            print(to_json(rows, indent=2))
        else:
            _print_list(rows)
        return 0


def _describe(env_id: str) -> dict[str, Any]:
    import gymnasium as gym

    from dialogue_gym.views.view import TextView

    try:
        env: Any = gym.make(env_id).unwrapped
    except ImportError as error:  # one that cannot be loaded does not hide the others
        return {"id": env_id, "error": str(error)}
    task = env.task
    return {
        "id": env_id,
        "view": "text" if isinstance(env.view, TextView) else "numeric",
        "acts": len(task.act_names),
        "features": len(task.feature_names),
        "tools": len(task.tools),
        "max_turns": env.episode.max_turns,
        "test_scenarios": task.test_scenarios,
        "about": (type(env).__doc__ or "").strip().split("\n")[0],
    }


def _print_list(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        print(row["id"])
        if "error" in row:
            print(f"    cannot be loaded: {row['error']}")
            continue
        print(f"    {row['about']}")
        counts = [
            f"{row['acts']} acts",
            *([f"{row['features']} features"] if row["view"] == "numeric" else [f"{row['tools']} tools"]),
            f"at most {row['max_turns']} turns",
            f"{row['test_scenarios']} test scenarios",
        ]
        print(f"    {row['view']} view: {', '.join(counts)}")
