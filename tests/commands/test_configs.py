"""Every file of configs/ is composed, says what it is for, builds the same as Python, and refuses typos."""

import json
import shlex
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.errors import HydraException
from omegaconf import OmegaConf

from stance import classifiers
from stance.commands.config import FACTORIES, build, schema_of, shown_config, to_plain
from stance.commands.config._source import register
from stance.commands.main import VERBS

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = sorted(CONFIGS.rglob("*.yaml"))
GROUPED = [path for path in FILES if path.parent != CONFIGS and path.parent.name != "local"]
FACTORY_GROUPS = [path for path in GROUPED if path.parent.name in FACTORIES]


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(CONFIGS)))


def composed(name="train", *overrides):
    register()
    with initialize_config_dir(version_base="1.3", config_dir=str(CONFIGS)):
        return compose(name, list(overrides))


def plain_params(estimator):
    plain = (str, int, float, tuple, type(None))
    return {name: value for name, value in estimator.get_params().items() if isinstance(value, plain)}


def purpose(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[1] if lines[0].startswith("# @package") else lines[0]


@named(FILES)
def test_every_file_opens_with_its_purpose_and_its_command(path):
    says, _, command = purpose(path).removeprefix("# ").partition("   stance ")
    assert says.endswith((".", "?")), says
    verb, *overrides = shlex.split(command)
    assert verb in VERBS
    group = path.parent.relative_to(CONFIGS).as_posix()
    assert path.parent == CONFIGS or any(override.startswith((f"{group}=", f"{group}.")) for override in overrides)
    # annotate's verb is a word without a value
    assert composed(verb, *(override for override in overrides if "=" in override))


@named(GROUPED)
def test_every_group_composes(path):
    assert composed("train", f"{path.parent.relative_to(CONFIGS)}={path.stem}")


@pytest.mark.parametrize("name", ["train", "build", "compare", "annotate", "power", "learning_curve", "sync"])
def test_every_primary_is_typed_by_its_schema_first(name):
    defaults = OmegaConf.load(CONFIGS / f"{name}.yaml").defaults
    assert defaults[0] == f"schema/{name}@_here_"


@pytest.mark.parametrize(
    ("name", "folds"),
    [("train", "stance.folds.strictest"), ("power", "stance.folds.strictest"), ("learning_curve", None)],
)
def test_every_evaluation_has_a_dataset_a_classifier_folds_and_a_seed(name, folds):
    plain = to_plain(composed(name))
    assert (plain["dataset"]["study"], plain["classifier"]["_target_"]) == ("seeds/awl", "stance.classifiers.logreg")
    # what a learning curve is tested on is the data's own choice
    assert (plain["folds"] or {}).get("_target_") == folds
    assert plain["seed"] == 0
    with pytest.raises(HydraException):
        composed(name, "seed=many")


@named(FACTORY_GROUPS)
def test_every_group_file_puts_its_schema_first_and_has_no_default_of_its_own_kind(path):
    config = OmegaConf.load(path)
    first = config.defaults[0]
    assert first.startswith(f"/schema/{path.parent.name}/"), "without a schema a typo in a preset is accepted"


# an ensemble has no members but those that its YAML or a call names
ALONE = sorted(set(classifiers.__all__) - {"ensemble"})


@named([path for path in GROUPED if path.parent.name == "classifier" and path.stem in ALONE])
def test_a_classifier_from_yaml_is_the_one_from_python(path):
    from_yaml = build(to_plain(composed("train", f"classifier={path.stem}"))["classifier"])
    from_python = getattr(classifiers, path.stem)()
    assert type(from_yaml) is type(from_python)
    assert plain_params(from_yaml) == plain_params(from_python)


def test_every_factory_is_reached_by_a_file():
    targets = {OmegaConf.load(path).defaults[0].split("/")[-1].split("@")[0] for path in FACTORY_GROUPS}
    assert targets == {factory.__name__ for of_group in FACTORIES.values() for factory in of_group}


@named([path for path in GROUPED if path.parent.name in ("experiment", "grid", "debug")])
def test_a_typo_in_a_preset_is_refused(path, tmp_path):
    typo = path.read_text(encoding="utf-8") + "\ntypo_at_the_end: 1\n"
    (tmp_path / path.parent.name).mkdir()
    (tmp_path / path.parent.name / "with_typo.yaml").write_text(typo, encoding="utf-8")
    with pytest.raises(HydraException) as refused:
        composed("train", f"+{path.parent.name}@_global_=with_typo", f"hydra.searchpath=[file://{tmp_path}]")
    assert "typo_at_the_end" in f"{refused.value} {refused.value.__cause__}"


def test_a_config_is_plain_and_blind_to_the_kind_of_a_number():
    one = to_plain(composed("train", "classifier.C=1"))
    assert one == to_plain(composed("train", "classifier.C=1.0"))
    assert one != to_plain(composed("train", "classifier.C=1.5"))
    assert type(one["classifier"]["ngrams"]) is list
    # 1 == 1.0 in Python, but what is hashed is their text
    untyped = [json.dumps(to_plain(OmegaConf.create({"C": number}))) for number in (1, 1.0)]
    assert untyped == ['{"C": 1}', '{"C": 1}']
    assert "uri" not in one["tracking"]


def test_a_schema_has_the_parameters_of_its_function():
    columns = {column.name: column.type for column in schema_of(classifiers.logreg).__dataclass_fields__.values()}
    assert columns == {
        "_target_": str,
        "ngrams": list[int] | None,
        "char_ngrams": list[int] | None,
        "C": float,
        "class_weight": str | None,
        "reads": list[str],
    }


def test_others_see_of_an_absolute_path_only_the_name_wherever_it_stands():
    plain = {
        "dataset": {"path": "/home/reader-1/data", "files": [{"path": "/home/reader-1/a.csv", "target": "/home"}]},
        "sources": {"more": {"study": "seeds/awl", "annotations": {"path": "/home/reader-1/b.csv"}}},
        "classifier": {"encoders": ["/home/reader-1/minilm", "owner/model"], "model": "/home/reader-1/other"},
        "trust": ["mine"],
    }
    assert shown_config(plain) == {
        "dataset": {"path": "data", "files": [{"path": "a.csv", "target": "/home"}]},
        "sources": {"more": {"study": "seeds/awl", "annotations": {"path": "b.csv"}}},
        "classifier": {"encoders": ["minilm", "owner/model"], "model": "other"},
        "trust": ["mine"],
    }
