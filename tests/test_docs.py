"""What documents read off the code is what the code says, and the house's walk runs."""

import importlib.util
import re
from importlib import import_module
from pathlib import Path

import pytest

import stance
from tests.documents import blocks, first_not_printed

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["reference.md", "rooms.svg", "tables.md"])
def test_what_is_made_from_the_code_is_up_to_date(make, name):
    there = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert make.FILES[name]() == there, "run: python docs/make.py"


def test_the_flat_list_the_doors_and_the_reference_agree(make):
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    offered = {name for door in make.DOORS for name in import_module(f"stance.{door}").__all__}
    rooms = set(make.LINE)
    for name in set(stance.__all__) - rooms - {"InputError", "ReadError"}:
        assert name in offered, f"{name} is in the flat list and in no door"
        assert f"### **`{name}`**" in reference
    for name in stance.__all__:
        assert getattr(stance, name) is not None


def test_every_arrow_of_the_picture_points_backwards(make):
    arrows = make.arrows()
    assert len(arrows) > 20
    assert all(make.LINE.index(later) > make.LINE.index(earlier) for later, earlier in arrows)


def test_a_name_that_is_not_there_gets_the_near_miss():
    with pytest.raises(AttributeError, match=r"module 'stance' has no 'evalute'. Did you mean 'evaluate'\?"):
        stance.evalute  # noqa: B018
    assert set(stance.__all__) <= set(dir(stance))


def test_one_page_goes_through_all_rooms(workspace, capsys):
    (code,) = blocks(ARCHITECTURE, "python")
    (shown,) = blocks(ARCHITECTURE, "text")
    exec(compile(code.text, "architecture.md", "exec"), {})
    assert first_not_printed(shown.text.splitlines(), capsys.readouterr().out) is None


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", ARCHITECTURE))))
def test_what_it_links_to_is_there(link):
    assert (ROOT / "docs" / link).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:stance|experiments|configs)/[\w/.]+)`", ARCHITECTURE))))
def test_the_places_to_change_are_there(path):
    assert (ROOT / path).exists()
