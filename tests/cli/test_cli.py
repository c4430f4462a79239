"""The command line says in one message what is wrong, and does with files what Python does with objects."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import slens_widgets as sw
from slens_widgets.cli import main
from tests.core.parts import pictures, small_cnn
from tests.small_database import write

ROOT = Path(__file__).parents[2]


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def path(tmp_path):
    write(tmp_path / "small.slens", images={"count": 2, "skipped": ["broken.png: truncated"]}).close()
    return tmp_path / "small.slens"


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for i, picture in enumerate(pictures(8)):
        picture.save(folder / f"{i}.png")
    (folder / "broken.png").write_bytes(b"no image")
    return folder


def test_info_says_what_a_database_holds(capsys, path):
    code, out, _ = run(capsys, "info", path)
    assert code == 0
    assert "features.0: 20 components" in out
    assert "foundation_model: dim 16, fingerprint hash-1, name hash" in out
    assert "broken.png" in out
    assert "lacks: activations and embeddings of the probe images" in out
    code, out, _ = run(capsys, "info", path, "--json")
    assert json.loads(out)["model"]["name"] == "small"


def test_info_checks_what_a_database_holds(capsys, path):
    code, out, _ = run(capsys, "info", path, "--check")
    assert code == 0
    assert "all as written" in out
    file = Path(path) / "embeddings-0000-00.safetensors"
    content = file.read_bytes()
    file.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    code, out, error = run(capsys, "info", path, "--check")
    assert code == 1
    assert "1 parts are damaged" in out
    assert "embeddings-0000-00.safetensors with another checksum" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["info", "nowhere.slens"], "There is nothing at"),
        (["search", "nowhere.slens", "ruler"], "There is nothing at"),
        (["build", "--model", "resnet50"], "expected: torchvision:name"),
        (["build", "--model", "torchvision:resnet51"], "nearest: 'resnet50'"),
        (["build", "--model", "timm:resnet1000"], "no timm model"),
        (["build", "--model", "nowhere:make"], "can't be imported"),
        (["build", "--model", "tests.core.parts:smal_cnn"], "nearest: 'small_cnn'"),
        (["build", "--model", "tests.core.parts:small_cnn", "--weights", "nowhere.pt"], "no file of weights"),
        (["build", "--model", "tests.core.parts:small_cnn"], "the foundation model 'clip' can't be read"),
    ],
)
def test_an_error_is_one_message_and_code_2(capsys, arguments, message):
    if arguments[0] == "build":
        rest = ["--images", "x", "--layers", "0", "--foundation-model", "clip", "--out", "x.slens"]
        arguments = [*arguments, *rest]
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert err.startswith("slens: ")
    assert err.count("\n") == 1
    assert message.lower() in err.lower()


def test_search_asks_for_a_foundation_model_that_it_can_t_guess(capsys, path):
    code, _, err = run(capsys, "search", path, "ruler", "--foundation-model", "hash")
    assert code == 2
    assert "--foundation-model" in err


def test_the_program_prints_no_traceback():
    done = subprocess.run(
        [sys.executable, "-m", "slens_widgets.cli", "info", "nowhere.slens"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("slens: There is nothing at")
    assert "Traceback" not in done.stderr


def test_build_then_info_then_search(capsys, tmp_path, images):
    out = tmp_path / "cnn.slens"
    torch.save(small_cnn(seed=5).state_dict(), tmp_path / "weights.pt")
    given = ["build", "--model", "tests.core.parts:small_cnn", "--weights", tmp_path / "weights.pt"]
    given += ["--images", images, "--layers", "4", "7", "--m", 1, "--relevance", "activation", "--quiet"]
    given += ["--foundation-model", "open_clip:ViT-S-32-alt/random", "--out", out, "--device", "cpu"]
    code, printed, err = run(capsys, *given, "--keep", 1)
    assert code == 0, err
    assert "ImageNet's usual transform" in printed
    assert "1 images were skipped" in printed
    with sw.open(out) as db:
        assert db.layers == ["4", "7"]
        assert db.m == 1
        assert len(db.probe) == db.provenance["kept"] <= 1
        assert db["7"].relevance == "activation"
        assert db.provenance["model"]["name"] == "tests.core.parts:small_cnn"
    code, printed, _ = run(capsys, "info", out)
    assert "broken.png" in printed
    code, printed, err = run(capsys, "search", out, "a ruler", "-k", 3, "--layer", "7", "--template", "a {}")
    assert code == 0, err
    assert len(printed.strip().splitlines()) == 4
    code, _, err = run(capsys, *given)
    assert code == 2
    assert "already" in err


def test_weights_that_are_no_plain_state_dict_are_refused(capsys, tmp_path, images):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "executed",))

    torch.save({"weights": Bomb()}, tmp_path / "bomb.pt")
    np.savez(tmp_path / "other.npz", a=1)
    torch.save({"0.weight": torch.zeros(1)}, tmp_path / "other.pt")
    for name, message in (("bomb.pt", "safely"), ("other.npz", "safely"), ("other.pt", "don't fit")):
        given = ["build", "--model", "tests.core.parts:small_cnn", "--weights", tmp_path / name]
        given += [
            "--images",
            images,
            "--layers",
            "4",
            "--foundation-model",
            "lab",
            "--out",
            tmp_path / "x.slens",
        ]
        code, _, err = run(capsys, *given)
        assert code == 2
        assert message in err
        assert "weights_only" not in err
    assert not (tmp_path / "executed").exists()


def test_report_writes_an_audit(capsys, lab_database, user_cache, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(user_cache))
    out = tmp_path / "audit.json"
    code, printed, _ = run(
        capsys, "report", lab_database, out, "--valid", "milia", "--spurious", "ruler", "hair"
    )
    assert (code, printed.strip()) == (0, str(out))
    found = json.loads(out.read_text("utf-8"))
    assert found["concepts"]["spurious"] == ["ruler", "hair"]
    assert found["evaluation"] is None
    code, _, error = run(capsys, "report", lab_database, tmp_path / "audit.html")
    assert code == 2
    assert "holds no concepts" in error
    code, _, error = run(
        capsys, "report", lab_database, out, "--valid", "a", "--model", "torchvision:resnet18"
    )
    assert code == 2
    assert "--model was given without --images" in error
