"""Addresses of stores: parsed once, as the library parses them that connects, and shown without passwords."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from stance.errors import InputError
from stance.tracking import open_store
from stance.tracking._address import parse_address
from stance.tracking._asking import reason_of, without_secrets
from stance.tracking.erasing import Origin, find_runs_on


def test_options_of_an_address_are_no_part_of_its_file(workspace):
    uri = f"sqlite:///{workspace}/mlflow.db?timeout=60"
    assert parse_address(uri).database == workspace / "mlflow.db"
    assert open_store(uri, "awl").uri == uri
    run = open_store("sqlite:///mlflow.db", "awl").client.create_run("1", tags={"config_sha": "c", "dataset_sha": "d"})
    assert [found.run_id for found in find_runs_on(uri, Origin(frozenset({"d"}), ("nowhere",), ""))] == [
        run.info.run_id
    ]


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
def test_an_address_is_one_file_to_us_and_to_sqlalchemy_or_it_is_refused(name):
    try:
        address = parse_address(f"sqlite:////tmp/{name}")
    except InputError:
        return
    assert make_url(address.uri).database == str(address.database)


@pytest.mark.parametrize("name", ["my%20project", "what?x", "what%3Fx"])
def test_a_folder_that_an_address_cannot_say_is_refused_at_once(tmp_path, monkeypatch, name):
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / name)
    with pytest.raises(InputError, match="cannot say a path with"):
        open_store("sqlite:///mlflow.db", "awl")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert not list((tmp_path / name).iterdir())


def test_a_folder_with_umlauts_blanks_and_signs_has_its_store_and_nothing_stands_beside_it(tmp_path, monkeypatch):
    folder = tmp_path / "für 100% #1"
    folder.mkdir()
    monkeypatch.chdir(folder)
    open_store("sqlite:///mlflow.db", "awl")
    assert (folder / "mlflow.db").is_file()
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("sqlite://", "the store is in memory, and gone with the process"),
        ("sqlite:///:memory:", "the store is in memory, and gone with the process"),
        ("sqlite:///file:x.db?uri=true", "the store is in memory"),
        ("sqlite:///x.db?timeot=60", "found 'timeot'. Did you mean 'timeout'?"),
        ("sqlite:///what?/x.db", "expected after \\? options of"),
        ("mlruns", "expected sqlite:///<file>, http\\(s\\):// or a database's address, found 'mlruns'"),
        ("sqlit:///x.db", "expected sqlite:///<file>"),
        ("ftp://me:secret@host/x", "found 'ftp://…'"),
        ("postgresql://me:secret@127.0.0.1:9/x", "postgresql needs the package 'psycopg'|'psycopg2'"),
        ("postgresql+nothing://me:secret@127.0.0.1:9/x", "expected the address of a postgresql\\+nothing database"),
        ("", "expected sqlite:///<file>"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_without_its_password(uri, message, monkeypatch):
    for driver in ("psycopg", "psycopg2"):  # whether this machine has one or not
        monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(InputError, match=message) as refused:
        parse_address(uri)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("uri", ["http://", "https://:80", "http://[::1", "http://me:secret@", "http://h:port"])
def test_an_address_without_a_server_is_refused_without_its_password(uri):
    with pytest.raises(InputError, match="expected the address of an MLflow server, such as http") as caught:
        parse_address(uri)
    assert "secret" not in str(caught.value)


def test_a_zero_byte_in_an_address_is_refused():
    with pytest.raises(InputError, match="found a zero byte in "):
        parse_address("sqlite:///a\0b.db")


def test_an_address_is_shown_without_user_and_password():
    assert parse_address("http://me:secret@127.0.0.1:5000/prefix").shown == "http://127.0.0.1:5000/prefix"
    said = without_secrets(f"in {Path.home()}/x: postgresql://me:s@cret@host/x refused")
    assert said == "in ~/x: postgresql://host/x refused"


def test_of_a_long_reason_the_end_is_told_too_where_requests_says_what_caused_it():
    long = "no answer at http://me:secret@host" + "/x" * 200 + " (Caused by ConnectionResetError(104))"
    said = reason_of(OSError(f"{long}\nand more"))
    assert said.startswith("no answer at http://host/x/x")
    assert said.endswith("/x (Caused by ConnectionResetError(104))")
    assert len(said) == 303
    assert reason_of(OSError("x" * 300)) == "x" * 300
