"""``deploy/``: what the files name is there, nothing is needlessly open, no secret is in them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.utils import canonicalize_name
from pydantic import TypeAdapter
from shared import ROOT
from typer.main import get_command

from citewright.cli.main import app
from citewright.settings import SECRETS, Settings
from tools import hashes, licences

FOLDER = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"bucket", "prefect-migrate", "deployments"}
OURS = {name for name, one in SERVICES.items() if one["image"] == "citewright"}
IMAGE = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)?(:[\w.-]+)?")
OTHERS = {
    # What images of others read, and Prefect's own settings by their two spellings.
    "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD",
    "WIKI_HOST", "WIKI_MAIL", "PROJECT_DIR", "PROJECT_FOLDER", "DO_NOT_TRACK",
    "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ALLOW_HTTP",
}  # fmt: skip


def example() -> dict[str, str]:
    lines = (FOLDER / "team.env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def environment(name: str) -> dict[str, str]:
    return dict(SERVICES[name].get("environment", {}))


def options_of(*names: str) -> set[str]:
    command: Any = get_command(app)
    for name in names:
        command = command.commands[name]
    return {option for parameter in command.params for option in parameter.opts}


def prefect_options(*names: str) -> str:
    binary = shutil.which("prefect", path=f"{Path(sys.executable).parent}")
    assert binary
    done = subprocess.run([binary, *names, "--help"], capture_output=True, text=True, check=True)
    return done.stdout


def test_all_parts_of_a_team_are_there() -> None:
    assert SERVICES.keys() >= {
        "postgres", "redis", "objects", "prefect-api", "prefect-services", "worker",
        "application", "proxy",
    }  # fmt: skip
    assert SERVICES["worker"]["deploy"]["replicas"] >= 2


def test_images_are_plain_names_without_a_registry() -> None:
    for name, one in SERVICES.items():
        assert IMAGE.fullmatch(one["image"]), (name, one["image"])
    bases = re.findall(r"^FROM (\S+)", (FOLDER / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert bases
    assert all(IMAGE.fullmatch(base) for base in bases)


def test_only_the_proxy_can_be_reached() -> None:
    assert {name for name, one in SERVICES.items() if "ports" in one} == {"proxy"}
    assert not [name for name, one in SERVICES.items() if one.get("network_mode")]


def test_everything_is_started_again_and_looked_at() -> None:
    for name, one in SERVICES.items():
        assert one["restart"] == ("no" if name in ONCE else "unless-stopped"), name
        assert "healthcheck" in one or name in ONCE, name
        assert one["logging"]["options"]["max-size"], name


def test_what_must_last_is_on_a_volume() -> None:
    for name in ("postgres", "redis", "objects", "proxy"):
        kept = [mount.partition(":")[0] for mount in SERVICES[name]["volumes"]]
        assert set(kept) & COMPOSE["volumes"].keys(), name
    for name in OURS - {"prefect-migrate", "prefect-api", "prefect-services"}:
        assert any(mount.endswith(":/srv/project") for mount in SERVICES[name]["volumes"]), name


def test_what_is_waited_for_is_there_and_can_be_waited_for() -> None:
    for name, one in SERVICES.items():
        for other, how in one.get("depends_on", {}).items():
            condition = how["condition"]
            ends = condition == "service_completed_successfully"
            assert ends == (other in ONCE), (name, other)
            assert ends or SERVICES[other]["healthcheck"].get("test"), (name, other)


def test_files_that_are_mounted_or_run_are_there() -> None:
    for one in SERVICES.values():
        for mount in one.get("volumes", []):
            if mount.startswith("./"):
                assert (FOLDER / mount.partition(":")[0]).is_file(), mount
    docker = (FOLDER / "Dockerfile").read_text("utf-8")
    lines = re.findall(r"^COPY (.+)$", docker, re.MULTILINE)
    copied = [word for line in lines for word in line.split()[:-1]]
    assert all((ROOT / word).exists() for word in copied), copied
    assert SERVICES["deployments"]["command"] == ["/bin/sh", "deploy/deployments.sh"]
    assert "deploy/deployments.sh" in copied
    for script in ("deployments.sh", "databases.sh"):
        subprocess.run(["sh", "-n", str(FOLDER / script)], check=True)


def test_commands_of_ours_exist_with_their_options() -> None:
    command = SERVICES["application"]["command"]
    assert command[:2] == ["citewright", "serve"]
    assert {word for word in command if word.startswith("--")} <= options_of("serve")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", sorted(one for one in OURS if SERVICES[one]["command"][0] == "prefect")
)
def test_commands_of_prefect_exist_with_their_options(name: str) -> None:
    words = SERVICES[name]["command"][1:]
    split = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    told = prefect_options(*words[:split])
    for word in words[split:]:
        assert not word.startswith("-") or word in told, (name, word)


def test_the_image_is_installed_by_hash_from_what_is_pinned() -> None:
    docker = (FOLDER / "Dockerfile").read_text("utf-8")
    installs = re.findall(r"^RUN pip install (.+)$", docker, re.MULTILINE)
    assert installs == [
        "--no-deps --require-hashes --requirement deploy/requirements.txt",
        "--no-deps --no-build-isolation . && pip check",
    ]
    listed = hashes.FILE.read_text("utf-8").replace("\\\n", "")
    lines = [line.split() for line in listed.splitlines() if not line.startswith("#")]
    assert all(len(line) > 1 for line in lines)
    for line in lines:
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in line[1:]), line
    pinned = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = {
        str(canonicalize_name(one.partition("==")[0])): one.partition("==")[2] for one in pinned
    }
    found = {name: version for name, _, version in (line[0].partition("==") for line in lines)}
    wrong = {name: version for name, version in found.items() if pins.get(name) != version}
    assert not wrong, "run `make hashes`"
    asked = {*licences.needed(hashes.EXTRAS), hashes.BUILDS}
    assert not asked - found.keys(), "run `make hashes`"


def test_names_in_the_environment_are_settings() -> None:
    ours = {f"CITEWRIGHT_{name.upper()}" for name in Settings.model_fields}
    ours |= {"ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"}
    named = set(example()).union(*(environment(name) for name in SERVICES))
    strange = {one for one in named if not one.startswith("PREFECT_")} - ours - OTHERS
    assert not strange


def test_names_of_prefect_are_settings_of_prefect() -> None:
    from prefect.settings.models.root import Settings as PrefectSettings

    known = set(_names(PrefectSettings))
    named = set(example()).union(*(environment(name) for name in SERVICES))
    of_prefect = {one for one in named if one.startswith("PREFECT_")}
    redis = {one for one in of_prefect if one.startswith("PREFECT_REDIS_MESSAGING_")}
    assert of_prefect - redis <= known, of_prefect - known
    messaging = pytest.importorskip("prefect_redis.client")
    fields = messaging.RedisMessagingSettings.model_fields
    assert {one.removeprefix("PREFECT_REDIS_MESSAGING_").lower() for one in redis} <= set(fields)


def _names(model: Any) -> list[str]:
    """All names that Prefect reads from the environment, its parts included."""
    found = []
    prefix = model.model_config.get("env_prefix", "").upper()
    for name, field in model.model_fields.items():
        if hasattr(field.annotation, "model_fields"):
            found += _names(field.annotation)
            continue
        found.append(f"{prefix}{name.upper()}")
        aliases = getattr(field.validation_alias, "choices", ())
        found += [one.upper() for one in aliases if isinstance(one, str)]
    return found


def test_lists_in_the_environment_are_read_as_such() -> None:
    for key in ("CITEWRIGHT_APP_PROXIES", "CITEWRIGHT_APP_HOSTS"):
        TypeAdapter(list[str]).validate_json(environment("application")[key])
    [address] = TypeAdapter(list[str]).validate_json(
        environment("application")["CITEWRIGHT_APP_PROXIES"]
    )
    assert SERVICES["proxy"]["networks"]["default"]["ipv4_address"] == address


def test_no_secret_stands_in_a_file() -> None:
    secret = {f"CITEWRIGHT_{name.upper()}" for name in SECRETS} | {
        one for one in example() if re.search(r"PASSWORD|SECRET|KEY|AUTH|CONNECTION_URL", one)
    }
    assert not [name for name in secret if example().get(name)]
    for name in SERVICES:
        for key, value in environment(name).items():
            hidden = str(value).startswith(f"${{{key}:?")
            assert hidden or key not in secret | {"POSTGRES_PASSWORD"}, (name, key)


def test_every_needed_value_is_in_the_example() -> None:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= example().keys()


def test_the_example_is_ignored_once_filled_in() -> None:
    assert "deploy/team.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_documentation_names_every_service_and_file() -> None:
    said = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert not [name for name in SERVICES if f"`{name}`" not in said]
    assert not [path.name for path in FOLDER.iterdir()
                if path.name not in said and path.name != "team.env"]  # fmt: skip
