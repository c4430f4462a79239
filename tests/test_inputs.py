"""What people bring is read as it is meant, or refused with what to do, before any work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from PIL import Image
from torch import nn
from torch.nn.utils import prune

import slens_widgets as sw
from slens_widgets.class_labels import class_column, class_indices, label_rows
from slens_widgets.core.fingerprint import fingerprint_of, weights_checksum
from slens_widgets.errors import InputError, ModelError, SlensError, UnknownNameError
from tests.core.parts import TRANSFORM, HashModel, pictures, small_cnn

PICTURES, THRICE = pictures(6), [0, 1, 2] * 2
ARRAYS = [np.asarray(each) for each in PICTURES]


def same(images: sw.ImageSet, expected: list[Image.Image] = PICTURES) -> bool:
    return all(np.array_equal(np.asarray(images[i]), np.asarray(each)) for i, each in enumerate(expected))


class Rows:
    """A data set that is written by hand: rows as they are."""

    def __init__(self, rows: list[object]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> object:
        return self.rows[index]


MASKS = [Image.new("L", (48, 40), 9 * i) for i in range(6)]
TENSORS = [torch.from_numpy(each.copy()).permute(2, 0, 1) for each in ARRAYS]


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([{"photo": each, "label": 1} for each in PICTURES], None),
        ([{"image": each, "mask": mask} for each, mask in zip(PICTURES, MASKS, strict=True)], "image"),
        ([{"mask": mask, "photo": each} for each, mask in zip(PICTURES, MASKS, strict=True)], "photo"),
        ([(each, 3) for each in PICTURES], None),
        ([(3, each) for each in PICTURES], None),
        ([(each, mask) for each, mask in zip(PICTURES, MASKS, strict=True)], 0),
        ([(mask, each) for each, mask in zip(PICTURES, MASKS, strict=True)], 1),
        ([(each, [0, 1, 1]) for each in TENSORS], None),
        ([(each, torch.tensor([0, 1, 1])) for each in TENSORS], None),
        ([(each, 1, "site a") for each in PICTURES], None),
    ],
)
@pytest.mark.parametrize("kind", [Rows, list])
def test_the_image_of_a_row_is_the_one_that_is_or_is_asked_for(rows, column, kind) -> None:
    assert same(sw.ImageSet(kind(rows), column=column))


@pytest.mark.parametrize(
    ("rows", "column", "said"),
    [
        ([{"image": PICTURES[0], "mask": MASKS[0]}], None, "'image', 'mask' look like images"),
        ([{"jpg": PICTURES[0], "png": PICTURES[1]}], None, "'jpg', 'png'"),
        ([(PICTURES[0], MASKS[0])], None, "0, 1 look like images"),
        ([(TENSORS[0], torch.zeros(40, 48))], None, "column=0"),
        ([{"photo": PICTURES[0]}], "image", "no column 'image'"),
        ([{"label": 1}], None, "no image among its columns 'label'"),
    ],
)
@pytest.mark.parametrize("kind", [Rows, list])
def test_which_column_is_the_image_is_never_guessed(rows, column, said: str, kind) -> None:
    with pytest.raises(InputError) as raised:
        sw.ImageSet(kind(rows), column=column)
    assert said in str(raised.value)


def test_a_hugging_face_data_set_with_two_image_columns_asks() -> None:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features({"before": datasets.Image(), "after": datasets.Image()})
    found = datasets.Dataset.from_dict({"before": PICTURES, "after": PICTURES[::-1]}, features=features)
    with pytest.raises(InputError, match="'before', 'after' look like images"):
        sw.ImageSet(found)
    assert same(sw.ImageSet(found, column="after"), PICTURES[::-1])


@pytest.mark.parametrize("last", [0, 128, "band"])
def test_a_fourth_channel_that_is_no_opacity_is_not_laid_over_white(last) -> None:
    fourth = np.full((40, 48, 1), last, np.uint8) if last != "band" else ARRAYS[1][:, :, :1]
    four = np.concatenate([ARRAYS[0], fourth], axis=2)
    for given in (four, torch.from_numpy(four).permute(2, 0, 1), four.astype(np.float32) / 255):
        with pytest.raises(InputError, match="four channels"):
            _ = sw.ImageSet([given], on_bad="raise")[0]
    opaque = np.concatenate([ARRAYS[0], np.full((40, 48, 1), 255, np.uint8)], axis=2)
    assert same(sw.ImageSet([opaque]), PICTURES[:1])
    assert sw.ImageSet([Image.fromarray(four, "RGBA")])[0].mode == "RGB"


@pytest.mark.parametrize(
    ("given", "names", "expected"),
    [
        (list(zip(PICTURES, ["cat", "ant"] * 3, strict=True)), ["ant", "cat"], [1, 0] * 3),
        (Rows([{"image": a, "label": b} for a, b in zip(PICTURES, "abcabc", strict=True)]), [*"abc"], THRICE),
        (Rows([(each, torch.tensor(2)) for each in PICTURES]), None, [2] * 6),
        (Rows([(each, np.int64(1)) for each in PICTURES]), None, [1] * 6),
        ([(each, np.float64(1.0)) for each in PICTURES], None, [1] * 6),
    ],
)  # fmt: skip
def test_labels_of_rows_are_read_whatever_they_are_written_as(given, names, expected) -> None:
    images = sw.ImageSet(given)
    assert images.labels == expected
    assert images.class_names == names


def test_rows_with_several_labels_are_no_class_indices() -> None:
    images = sw.ImageSet(Rows([(each, torch.tensor([1, 0, 1])) for each in PICTURES]))
    assert images.labels is None
    assert images.given_labels == [[1, 0, 1]] * 6


def folder_of(place: Path, **classes: int) -> Path:
    for name, count in classes.items():
        (place / name).mkdir(parents=True)
        for i in range(count):
            PICTURES[i].save(place / name / f"{i}.png")
    return place


def test_a_folder_that_is_linked_twice_counts_twice_and_is_told(tmp_path: Path, caplog) -> None:
    folder = folder_of(tmp_path / "set", cat=2, dog=1)
    (folder / "kitty").symlink_to(folder / "cat")
    (folder / "dog" / "up").symlink_to(folder)  # leads back up
    images = sw.ImageSet(folder)
    assert images.class_names == ["cat", "dog", "kitty"]
    assert images.labels == [0, 0, 1, 2, 2]
    assert "cat and kitty" in caplog.text


def test_folders_that_are_numbers_are_names(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "set", **{str(i): 1 for i in range(12)})
    (folder / "notes.txt").write_text("no image, of no class")
    path, model = built(tmp_path / "db")
    given = [str(i) for i in range(4)]
    with pytest.raises(UnknownNameError, match="'10'"):
        sw.Audit(path, HashModel(), model, sw.Evaluation(folder, class_names=given), transform=TRANSFORM)
    twelve = small_cnn(classes=12).eval()
    audit = sw.Audit(
        path, HashModel(), twelve, sw.Evaluation(folder, class_names=[str(i) for i in range(12)]),
        transform=TRANSFORM, device="cpu",
    )  # fmt: skip
    assert [audit.class_names[label] for label in audit.live.labels] == sorted(map(str, range(12)))


def built(
    place: Path, model: nn.Module | None = None, layer: str = "7", **given: object
) -> tuple[Path, nn.Module]:
    model = small_cnn().eval() if model is None else model
    path = place.with_suffix(".slens")
    sw.build(
        model, PICTURES, [layer], HashModel(), path, transform=TRANSFORM, m=2, progress=False, device="cpu"
    ).close()
    return path, model


@pytest.mark.parametrize(
    ("labels", "names", "expected"),
    [
        (pd.DataFrame({"y": [2, 0]}, index=[1, 0]), None, [2, 0]),
        (pd.DataFrame({"dog": [1, 0], "cat": [0, 1]}), ["cat", "dog", "ant"][:2], [1, 0]),
        (pd.get_dummies(pd.Series(["b", "a", "b"])), ["a", "b"], [1, 0, 1]),
        (pd.Series([1, 0], dtype="Int64"), None, [1, 0]),
        (pd.Series(["a", "b"], dtype="string"), ["a", "b"], [0, 1]),
        (pd.Series([np.array([0, 1]), np.array([1, 0])]), None, [1, 0]),
        (torch.eye(3)[[2, 0]], None, [2, 0]),
        (np.array(["b", "a"]), ["a", "b"], [1, 0]),
        (np.array([b"b", b"a"]), ["a", "b"], [1, 0]),
        pytest.param(iter([1, 0]), None, [1, 0], id="iterator"),
    ],
    ids=str,
)
def test_further_labels_of_one_meaning(labels, names, expected) -> None:
    assert class_indices(labels, names) == expected


@pytest.mark.parametrize(
    ("labels", "names", "said"),
    [
        (pd.Series([1, None], dtype="Int64"), None, "row 1"),
        (pd.DataFrame({"dog": [1], "owl": [0]}), ["cat", "dog"], "'owl'"),
        (pd.DataFrame({"dog": [1], "cat": [0]}), ["cat", "dog", "ant"], "lacks a column 'ant'"),
        (["Cat"], ["cat", "dog"], "'cat'"),
        (["cat "], ["cat", "dog"], "'cat'"),
        ([[0, 0]], None, "row 0"),
        ([1 + 2j], None, "row 0"),
        ([{"a": 1}], None, "row 0"),
        (["1"], None, "class_names="),
    ],
    ids=str,
)
def test_further_labels_without_a_single_meaning(labels, names, said: str) -> None:
    with pytest.raises(SlensError) as raised:
        class_indices(labels, names)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("labels", "said"),
    [([1, 2, 3], "subtract 1"), ([0, 3], "row 1"), ([-1, 0], "row 0"), ([0, 1, 7], "from 0 to 2")],
)
def test_labels_of_no_class_are_named_with_their_row(labels, said: str) -> None:
    with pytest.raises(InputError) as raised:
        class_column(labels, None, 3)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "labels",
    [
        [[1, 0, 1], [0, 0, 0]],
        np.array([[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]),
        torch.tensor([[True, False, True], [False, False, False]]),
        [{"a", "c"}, set()],
        [("c", "a"), ()],
        pd.Series([["a", "c"], []], index=[7, 3]),
        pd.DataFrame({"c": [1, 0], "a": [1, 0], "b": [0, 0]}, index=[1, 0]),
    ],
    ids=lambda labels: type(labels).__name__,
)
def test_several_labels_an_image_are_read_by_place_and_by_name(labels) -> None:
    assert label_rows(labels, ["a", "b", "c"], 3).tolist() == [[1, 0, 1], [0, 0, 0]]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([[1, 0, np.nan]], "Label 2 in row 0"),
        ([[1, 0, None]], "Label 2 in row 0"),
        ([[1, 0, -1]], "Label 2 in row 0"),
        ([[1, 0, 2]], "Label 2 in row 0"),
        ([[1, 0]], "2 labels for 3 logits"),
        ([1, 0, 1], "1 labels for 3 logits"),
        ([["a", "d"]], "no label 'd'"),
    ],
)
def test_several_labels_that_are_not_known_are_refused(labels, said: str) -> None:
    with pytest.raises(SlensError) as raised:
        label_rows(labels, ["a", "b", "c"], 3)
    assert said in str(raised.value)


class Threshold(nn.Module):
    """A module that keeps more than tensors."""

    def __init__(self, kept: object) -> None:
        super().__init__()
        self.kept = kept

    def get_extra_state(self) -> object:
        return self.kept

    def set_extra_state(self, state: object) -> None:
        self.kept = state

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.5, 0.6), ({"at": 1}, {"at": 2}), ([1, [2]], [1, [3]]), ("a", "b"), (None, 0), ({1, 2}, {1, 3}),
        (torch.zeros(2), torch.ones(2)), (np.zeros(2), np.ones(2)), ([torch.zeros(2)], [torch.ones(2)]),
        (pd.Timestamp(0), pd.Timestamp(1)),
    ],
    ids=str,
)  # fmt: skip
def test_extra_state_is_part_of_the_weights(one: object, other: object) -> None:
    first, second = (nn.Sequential(nn.Linear(2, 2), Threshold(each)) for each in (one, other))
    second[0].load_state_dict(first[0].state_dict())
    assert fingerprint_of(first) == fingerprint_of(first)
    assert fingerprint_of(first) != fingerprint_of(second)
    before = weights_checksum(first)
    first[1].kept = other
    assert weights_checksum(first) != before


def test_extra_state_is_hashed_by_what_it_holds() -> None:
    one, other = ({"a": 1.5, "b": set("xyz")}, {"b": set("zyx"), "a": 1.5})
    assert fingerprint_of(nn.Sequential(Threshold(one))) == fingerprint_of(nn.Sequential(Threshold(other)))


class LoRA(nn.Module):
    def __init__(self, base: nn.Conv2d) -> None:
        super().__init__()
        self.base, self.down, self.up = base, nn.Conv2d(10, 2, 1), nn.Conv2d(2, 12, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.base(x) + 0.1 * self.up(self.down(x))


def unusual(kind: str) -> nn.Module:
    torch.manual_seed(0)
    model = small_cnn().eval()
    if kind == "parametrised":

        class Double(nn.Module):
            def forward(self, weight: torch.Tensor) -> torch.Tensor:
                return 2 * weight

        nn.utils.parametrize.register_parametrization(model[4], "weight", Double())
    elif kind == "spectral norm":
        nn.utils.parametrizations.spectral_norm(model[4])
    elif kind == "weight norm":
        nn.utils.parametrizations.weight_norm(model[7])
    elif kind == "old weight norm":
        with pytest.warns(FutureWarning):
            nn.utils.weight_norm(model[7])
    elif kind == "pruned":
        prune.l1_unstructured(model[7], "weight", 0.3)
    elif kind == "lora":
        model[7] = LoRA(model[7])
    elif kind == "lazy that ran":
        model[12] = nn.LazyLinear(4)
        model(torch.zeros(1, 3, 32, 32))
    elif kind == "shared":
        model[8] = model[6]
    elif kind == "frozen":
        model.requires_grad_(False)
    return model.eval()


KINDS = [
    "parametrised", "spectral norm", "weight norm", "old weight norm", "pruned", "lora", "lazy that ran",
    "shared", "frozen",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", KINDS)
def test_unusual_modules_are_read_and_pruned_as_they_run(tmp_path: Path, kind: str) -> None:
    path, model = built(tmp_path / "a", unusual(kind), "7")
    state = {name: value.clone() for name, value in model.state_dict().items()}
    inputs, seen = torch.stack([TRANSFORM(each) for each in PICTURES]), []

    def by_hand(module, args, output):
        seen.append(output.detach().clone())
        output = output.clone()
        output[:, 3] = 0
        return output

    handle = model[7].register_forward_hook(by_hand)
    with torch.no_grad():
        true = model(inputs).numpy()
    handle.remove()
    best = np.sort(seen[0].amax((2, 3)).numpy(), 0)[::-1][:2].T
    np.testing.assert_allclose(sw.open(path)["7"].activations, best, rtol=1e-3, atol=1e-4)
    evaluation = sw.Evaluation(PICTURES, [0, 1, 2, 3, 0, 1])
    audit = sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")
    np.testing.assert_allclose(audit.live.logits([("7", 3)], "zero"), true, atol=1e-4)
    assert np.isfinite(audit.relevance(1)["relevance"]).all()
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(2)),
            "Run it on one batch first",
        ),
        (lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.LazyBatchNorm2d()), "on one batch first"),
        (lambda: small_cnn().to("meta"), "meta device"),
        (
            lambda: torch.jit.trace(small_cnn().eval(), torch.zeros(1, 3, 32, 32)),
            "scripted, traced or exported",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_models_that_can_t_be_audited_say_so_before_any_work(tmp_path: Path, make, said: str) -> None:
    model, (path, _) = make(), built(tmp_path / "b")
    evaluation = sw.Evaluation(PICTURES, [0] * 6)
    for call in (
        lambda: sw.layers(model, input_size=32),
        lambda: built(tmp_path / "a", model, "0"),
        lambda: sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM),
    ):
        with pytest.raises(ModelError, match=said):
            call()
    assert not (tmp_path / "a.slens").exists()
    assert not (tmp_path / "a.slens.partial").exists()


class Broken(HashModel):
    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def encode_images(self, images):
        if self.kind == "image fails":
            raise RuntimeError("no such device")
        found = super().encode_images(images)
        if self.kind == "image of another width":
            return found[:, :3]
        if self.kind == "image is one row":
            return found[0]
        return found * np.nan if self.kind == "image is NaN" else found

    def encode_texts(self, texts):
        if self.kind == "text fails":
            raise KeyError("tokenizer")
        found = super().encode_texts(texts)
        if self.kind == "text of another width":
            return found[:, :3]
        return [["a"] * 16] if self.kind == "text is text" else found


@pytest.mark.parametrize(
    "kind",
    [
        "image fails", "image of another width", "image is one row", "image is NaN",
        "text fails", "text of another width", "text is text",
    ],
)  # fmt: skip
def test_a_foundation_model_is_tried_before_the_first_stage(tmp_path: Path, kind: str) -> None:
    stages: list[str] = []
    with pytest.raises(ModelError, match="'hash'"):
        sw.build(
            small_cnn().eval(), PICTURES, ["7"], Broken(kind), tmp_path / "a.slens", transform=TRANSFORM, m=2,
            progress=lambda done, total, stage: stages.append(stage),
        )  # fmt: skip
    assert stages == []
    assert list(tmp_path.iterdir()) == []


def test_that_no_evaluation_image_can_be_read_says_why(tmp_path: Path) -> None:
    path, model = built(tmp_path / "a")
    (tmp_path / "x.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match="not an image of a known format"):
        sw.Audit(path, HashModel(), model, sw.Evaluation([tmp_path / "x.png"], [0]), transform=TRANSFORM)


def test_rows_of_metadata_are_taken_by_place_or_by_a_key(tmp_path: Path) -> None:
    path, _ = built(tmp_path / "a")
    audit = sw.Audit(path)
    rows = pd.DataFrame({"site": list("abcdef")})
    top = audit.data(("7", 0)).images["image"].tolist()
    expected = ["abcdef"[image] for image in top]
    numbers = pd.Index([3, 1, 0, 5, 2, 4])
    for given in (
        rows,
        rows.set_axis(numbers, axis=0),  # in the order of the images, with an old table's numbers
        rows.assign(file=[f"image {i}" for i in range(6)]).sample(frac=1, random_state=0),
        rows.rename_axis("image").sample(frac=1, random_state=0),
        rows.assign(image=range(6)).sample(frac=1, random_state=0),
    ):
        assert audit.data(("7", 0), given).images["site"].tolist() == expected
    with pytest.raises(InputError, match="nothing says which images"):
        audit.data(("7", 0), rows.iloc[[1, 4, 5]])


def test_paths_of_a_shuffled_table_are_taken_by_place(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=6)
    paths = [folder / "a" / f"{i}.png" for i in range(6)]
    table = pd.DataFrame({"path": paths, "name": list("abcdef")}).sample(frac=1, random_state=3)
    order = table.index.to_list()
    for given in (table["path"], table["path"].astype(str), table["path"].astype(str).to_numpy()):
        images = sw.ImageSet(given, names=table["name"])
        assert same(images, [PICTURES[i] for i in order])
        assert [images.name(i) for i in range(6)] == ["abcdef"[i] for i in order]
    with pytest.raises(InputError, match="columns 'path', 'name'"):
        sw.ImageSet(table)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({0: "a", 1: "b", 2: "c", 3: "d"}, "abcd"),
        ({"1": "b", "0": "a", "2": "c", "3": "d"}, "abcd"),
        (pd.Series(list("abcd"), index=[3, 1, 0, 2]), "abcd"),
        (np.array(list("abcd")), "abcd"),
        (tuple("abcd"), "abcd"),
        (["a", "crane", "c", "crane"], ["a", "crane (1)", "c", "crane (3)"]),
    ],
    ids=str,
)
def test_class_names_are_in_the_order_of_the_logits(database, names, expected) -> None:
    path, model = database
    evaluation = sw.Evaluation(PICTURES, [0, 1, 2, 3, 3, 3], class_names=names)
    audit = sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")
    assert audit.class_names == tuple(expected)
    result = audit.prune([("7", 1)])
    assert set(result.before.per_class) == set(expected)
    if "crane (1)" in expected:
        with pytest.raises(UnknownNameError, match="'crane"):
            audit.relevance("crane")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, nn.Module]:
    return built(tmp_path_factory.mktemp("inputs") / "a")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"labels": dict.fromkeys(range(6), 0)}, "dict in the place of a list"),
        ({"labels": "abcdef", "class_names": list("abcdef")[:4]}, "str in the place of a list"),
        ({"labels": [0] * 6, "class_names": {1: "a", 2: "b", 3: "c", 4: "d"}}, "from 0 to 3"),
        ({"labels": [0] * 6, "class_names": "abcd"}, "str in the place of a list"),
        ({"labels": [0] * 6, "class_names": {"a", "b", "c", "d"}}, "set in the place of a list"),
        ({"labels": 3}, "3 is not a list"),
        ({"labels": [0] * 5}, "5 labels for 6 images"),
        ({"labels": np.eye(3)[[0, 1, 2, 0, 1, 2]]}, "3 values for 4 classes"),
        ({"labels": np.eye(5)[[0, 1, 2, 0, 1, 2]]}, "5 values for 4 classes"),
        ({"labels": scipy.sparse.csr_matrix(np.eye(6))}, "6 values for 4 classes"),
        ({"labels": [0] * 6, "groups": ["a"] * 7}, "7 groups for 6 images"),
        ({"labels": [0] * 6, "groups": [1, 2, None, 1, 1, 1]}, "row 2"),
        ({"labels": [0] * 6, "groups": [1, 2, float("nan"), 1, 1, 1]}, "row 2"),
        ({"labels": [0] * 6, "groups": pd.DataFrame({"a": [1] * 6, "b": [2] * 6})}, "row 0"),
    ],
)
def test_what_has_no_order_or_no_value_is_refused(database, given: dict[str, object], said: str) -> None:
    path, model = database
    with pytest.raises(InputError) as raised:
        sw.Audit(
            path, HashModel(), model, sw.Evaluation(PICTURES, **given), transform=TRANSFORM, device="cpu"
        )
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "groups",
    [
        pd.Series(list("aabbab"), index=[5, 4, 3, 2, 1, 0]),
        pd.DataFrame({"site": list("aabbab")}, index=[5, 4, 3, 2, 1, 0]),
        np.array(list("aabbab")), torch.tensor([0, 0, 1, 1, 0, 1]), iter("aabbab"),
        [["a"], ["a"], "b", "b", "a", "b"],
        pd.Series(list("aabbab"), dtype="category"),
    ],
    ids=lambda groups: type(groups).__name__,
)  # fmt: skip
def test_groups_are_taken_by_place(database, groups) -> None:
    path, model = database
    evaluation = sw.Evaluation(PICTURES, iter([0, 1, 2, 3, 0, 1]), groups=groups)
    audit = sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")
    assert audit.live.groups == [0, 0, 1, 1, 0, 1]
    assert repr(evaluation)


def test_training_images_with_classes_of_another_order_are_refused(database) -> None:
    path, model = database
    evaluation = sw.Evaluation(PICTURES, [0, 1, 2, 3, 0, 1], class_names=list("abcd"))
    audit = sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")
    training = sw.Evaluation(PICTURES, [0, 1, 2, 3, 0, 1], class_names=list("dcba"))
    with pytest.raises(InputError, match="the same in the same order"):
        audit.correct([("7", 1)], "head", training)
    named = sw.Evaluation(PICTURES, list("abcdab"), class_names=list("abcd"))
    assert audit.correct([("7", 1)], "head", named).after.n == 6


def test_classes_without_images_stop_neither_findings_nor_report(database, tmp_path: Path) -> None:
    from slens_widgets.widgets import gallery_detail

    path, model = database
    images = pictures(12, seed=1)
    evaluation = sw.Evaluation(images, [0, 1, 2] * 4, class_names=["ant", "bee", "cat", "dog"])
    audit = sw.Audit(path, HashModel(), model, evaluation, transform=TRANSFORM, device="cpu")
    found = audit.findings("a stripe", "a ruler")
    assert found.classes == ("ant", "bee", "cat")
    assert found.without_images == ("dog",)
    audit.session.valid = ["a stripe"]
    page = audit.report(tmp_path / "report.html").read_text()
    assert "No evaluation image is of “dog”" in page
    told = gallery_detail.classes(audit, audit.db.component(("7", 1)), lambda *_: None).body["classes"]
    assert [row["name"] for row in told if row["share"] is None] == ["dog"]
    with pytest.raises(InputError, match="No evaluation image is of class 'dog'"):
        audit.findings("a stripe", "a ruler", "dog")
