"""What is installed is what the folders hold, however it is installed.

A zip checkout, or one on a system without symbolic links, has no links `dialogue_gym/envs` and
`dialogue_gym/agents`. So everything is built and installed from a copy with the links and from one without.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FOLDERS = {"dialogue_gym": "dialogue_gym", "dialogue_gym/envs": "envs", "dialogue_gym/agents": "agents"}
LIBRARIES = [entry for entry in sys.path if Path(entry).name in {"site-packages", "dist-packages"}]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
OFFLINE = ["--no-deps", "--no-index", "--no-build-isolation"]
LEFT_OUT = "files left out? Code needs an __init__.py beside it, data its suffix in pyproject's package-data"

# Builds are slow, and shared by the tests of this file: one process of `pytest -n` runs them all.
builds = [pytest.mark.slow, pytest.mark.xdist_group("distribution")]

PLAY_EVERY_ENVIRONMENT = """
import gymnasium as gym
import dialogue_gym

ids = sorted(env_id for env_id in gym.registry if env_id.startswith("dialogue_gym/"))
for env_id in ids:
    env = gym.make(env_id)
    env.reset(seed=0)
    env.step(env.action_space.sample())
    env.close()
result = {"ids": ids, "version": dialogue_gym.__version__}
"""

IMPORT_EVERYTHING = """
import importlib
import importlib.metadata

for name in NAMES:
    importlib.import_module(name)
scripts = importlib.metadata.distribution("dialogue_gym").entry_points.select(group="console_scripts")
result = {"scripts": {script.name: callable(script.load()) for script in scripts}}
"""


class Installed(NamedTuple):
    """A folder that works like site-packages, and the folder that its modules must come from."""

    site: Path
    source: Path


def files_in(folder: Path) -> set[str]:
    """Returns the paths below a folder, links not followed, caches left out."""
    return {
        (Path(parent) / name).relative_to(folder).as_posix()
        for parent, _, names in os.walk(folder, followlinks=False)
        for name in names
        if Path(parent).name != "__pycache__"
    }


def package_files(checkout: Path) -> set[str]:
    """Returns every file of the packages of a checkout, by its path where it is installed."""
    return {f"{package}/{path}" for package, folder in FOLDERS.items() for path in files_in(checkout / folder)}


def files_in_wheel(wheel: Path) -> set[str]:
    """Returns the files of a wheel without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None, text: str | None = None) -> str:
    """Runs a command on a text to its end and returns what it printed."""
    process = subprocess.run(command, cwd=cwd, env=env, input=text, capture_output=True, encoding="utf-8", check=False)
    assert process.returncode == 0, f"{command}\n{process.stdout}\n{process.stderr}"
    return process.stdout


def run_python_with(installed: Installed, code: str, empty: Path) -> dict[str, Any]:
    """Runs code in a bare process that sees the installed package and the libraries; returns its `result`.

    `-I -S` keeps out the current folder, the environment's variables and the `.pth` files of this Python, and
    so the developer's own editable install; `addsitedir` then reads the `.pth` files of the package alone.
    Whatever of ours was loaded is checked to come from the right place, and from each file once.
    """
    prelude = f"import json, site, sys\nsite.addsitedir({str(installed.site)!r})\nsys.path += {LIBRARIES!r}\n"
    report = "\nfiles = {name: getattr(module, '__file__', None) for name, module in sys.modules.items()}"
    report += "\nprint(json.dumps([result, files]))"
    env = {"PATH": os.defpath, "HOME": str(empty)}
    printed = run(sys.executable, "-I", "-S", "-", cwd=empty, env=env, text=prelude + code + report)
    result, files = json.loads(printed.splitlines()[-1])

    top = {"dialogue_gym", "envs", "agents"}
    ours = {name: file for name, file in files.items() if file and name.partition(".")[0] in top}
    paths = [Path(file).resolve() for file in ours.values()]
    assert [path for path in paths if not path.is_relative_to(installed.source.resolve())] == []
    assert len(paths) == len(set(paths)), f"a file is loaded under two names: {sorted(ours)}"
    return result


@pytest.fixture(scope="module", params=[pytest.param("links", marks=builds), pytest.param("no links", marks=builds)])
def checkout(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a clean copy of this checkout, with or without the links."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        environments = {name for name in names if (Path(folder) / name / "pyvenv.cfg").exists()}
        results = {"build", "dist", "runs"} if Path(folder) == ROOT else set()
        return environments | results | shutil.ignore_patterns(".*", "__pycache__", "*.egg-info")(folder, names)

    copy = tmp_path_factory.mktemp("checkout") / "dialogue_gym"
    shutil.copytree(ROOT, copy, symlinks=True, ignore=left_out)
    for name in ("envs", "agents"):
        link = copy / "dialogue_gym" / name
        link.unlink(missing_ok=True)
        if request.param == "links":
            link.symlink_to(Path("..") / name)
    return copy


@pytest.fixture(scope="module")
def dist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a folder with the wheel and the source distribution, both built straight from the checkout."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", out, cwd=checkout)
    return out


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """Returns the wheel."""
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def sdist(dist: Path) -> Path:
    """Returns the source distribution."""
    return next(dist.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def installed_wheel(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Returns an install of the wheel."""
    site = tmp_path_factory.mktemp("wheel")
    run(*PIP, "install", *OFFLINE, "--target", site, wheel, cwd=site)
    return Installed(site, source=site)


@pytest.fixture(scope="module")
def installed_editable(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Returns an editable install of the checkout."""
    site = tmp_path_factory.mktemp("editable")
    run(*PIP, "install", *OFFLINE, "--target", site, "--editable", checkout, cwd=site)
    return Installed(site, source=checkout)


def test_wheel_holds_the_folders(wheel: Path, checkout: Path) -> None:
    assert files_in_wheel(wheel) == package_files(checkout), LEFT_OUT


def test_sdist_holds_the_folders(sdist: Path, checkout: Path) -> None:
    top = tuple(f"{folder}/" for folder in FOLDERS.values())
    expected = {f"{folder}/{path}" for folder in FOLDERS.values() for path in files_in(checkout / folder)}
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    assert {name for name in names if name.startswith(top)} == expected, LEFT_OUT


def test_sdist_builds_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    run(*PIP, "wheel", *OFFLINE, "--wheel-dir", tmp_path, sdist, cwd=tmp_path)
    assert files_in_wheel(next(tmp_path.glob("*.whl"))) == files_in_wheel(wheel)


def test_wheel_is_typed_and_licensed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "dialogue_gym/py.typed" in names
    assert f"dialogue_gym-{PROJECT['version']}.dist-info/licenses/LICENSE" in names


def check_plays_every_environment(installed: Installed, empty: Path) -> None:
    """Steps each registered environment once, in a bare process."""
    result = run_python_with(installed, PLAY_EVERY_ENVIRONMENT, empty)
    assert result["ids"], "no environment is registered"
    assert result["version"] == PROJECT["version"]


def test_wheel_plays_every_environment(installed_wheel: Installed, tmp_path: Path) -> None:
    check_plays_every_environment(installed_wheel, tmp_path)


def test_editable_install_plays_every_environment(installed_editable: Installed, tmp_path: Path) -> None:
    check_plays_every_environment(installed_editable, tmp_path)


def test_wheel_imports_everything(installed_wheel: Installed, checkout: Path, tmp_path: Path) -> None:
    modules = [path.removesuffix(".py") for path in package_files(checkout) if path.endswith(".py")]
    names = [path.removesuffix("/__init__").replace("/", ".") for path in modules if "__main__" not in path]
    result = run_python_with(installed_wheel, f"NAMES = {sorted(names)!r}\n{IMPORT_EVERYTHING}", tmp_path)
    assert result["scripts"] == {"dialogue-gym": True}


def pinned_versions() -> dict[str, str]:
    """Returns the versions in `constraints.txt` by package."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pins.items()}


def test_every_requirement_is_pinned_within_its_bounds() -> None:
    versions = pinned_versions()
    asked = [Requirement(text) for text in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]]
    unmet = [str(one) for one in asked if versions[canonicalize_name(one.name)] not in one.specifier]
    assert unmet == []


def test_pins_name_releases_not_builds() -> None:
    odd = [version for version in pinned_versions().values() if not re.fullmatch(r"\d+(\.\w+)*", version)]
    assert odd == []
