"""Maps envs/ and agents/ to dialogue_gym.envs and dialogue_gym.agents; all else is in pyproject.toml."""

from setuptools import find_packages, setup

MAPPED = {"dialogue_gym.envs": "envs", "dialogue_gym.agents": "agents"}
# The links dialogue_gym/envs and dialogue_gym/agents are passed over: a zip checkout has none.
packages = find_packages(include=["dialogue_gym*"], exclude=[*MAPPED, *(f"{name}.*" for name in MAPPED)])
for name, folder in MAPPED.items():
    packages += [name, *(f"{name}.{package}" for package in find_packages(folder))]
setup(packages=packages, package_dir=MAPPED)
