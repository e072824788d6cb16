"""A list of customers that people edit."""

import os
from pathlib import Path

import pytest

from ivr.adapters.customers.csv_file import CsvCustomers, load_customers
from ivr.adapters.customers.proof import hashed
from ivr.vocabulary.errors import BackendUnavailable

HEAD = "number,name,language\n"
SECRET = "number,name,passcode!\n"
NUMBER = "+12025550143"


def _written(folder: Path, text: str, at_s: int = 1) -> Path:
    path = folder / "customers.csv"
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at_s, at_s))
    return path


async def test_an_edit_counts_from_the_next_call_on(tmp_path: Path) -> None:
    records = CsvCustomers(_written(tmp_path, HEAD + "+12025550143,Anna,en\n"), "US")
    before = await records.find("+12025550143")
    _written(tmp_path, HEAD + "+12025550143,Anna Meyer,en\n", at_s=2)
    after = await records.find("+12025550143")
    assert before is not None and after is not None
    assert (before.name, after.name) == ("Anna", "Anna Meyer")


async def test_a_faulty_edit_leaves_the_last_good_list_in_use(tmp_path: Path) -> None:
    records = CsvCustomers(_written(tmp_path, HEAD + "+12025550143,Anna,en\n"), "US")
    await records.find("+12025550143")
    _written(tmp_path, HEAD + "12,Anna,en\n", at_s=2)
    assert await records.find("+12025550143") is not None


async def test_a_list_that_never_was_good_cannot_be_asked(tmp_path: Path) -> None:
    records = CsvCustomers(tmp_path / "none.csv", "US")
    with pytest.raises(BackendUnavailable):
        await records.find("+12025550143")


async def test_several_numbers_of_one_customer_are_parted_by_semicolons(tmp_path: Path) -> None:
    records = CsvCustomers(_written(tmp_path, HEAD + "+12025550143; (202) 555-0144,Anna,en\n"), "US")
    assert await records.find("+12025550144") == await records.find("+12025550143") is not None


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("phone,name\n", "there is no column number", 1),
        ("", "there is no column number and no column name", 1),
        (HEAD + ",Anna,en\n", "the customer has no number", 2),
        (HEAD + "+12025550143,,en\n", "the customer has no name", 2),
        (HEAD + "12,Anna,en\n", "'12' is no telephone number", 2),
        (HEAD + "+12025550143,Anna,English please\n", "'English please' is no language", 2),
        (HEAD + "+12025550143,Anna,en\n2025550143,Ben,en\n", "2025550143 is the number of two customers", 3),
        (HEAD + '+12025550143,"Anna,en\n', "this is no CSV (unexpected end of data)", 2),
        ("number,name,Passcode !,passcode\n", "the column passcode! is there twice, or without its ! as well", 1),
        ("number,name,pin!,PIN!\n", "the column pin! is there twice, or without its ! as well", 1),
        ("number,name,name!\n", "the column name! is there twice, or without its ! as well", 1),
        (SECRET + "+12025550143,Anna,$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA\n", "passcode! is a damaged hash", 2),
    ],
)
def test_every_fault_is_named_with_its_line(tmp_path: Path, text: str, what: str, line: int) -> None:
    path = _written(tmp_path, text)
    (fault,) = load_customers(path, "US").faults
    assert (fault.what, fault.where) == (what, f"{path}:{line}")
    assert fault.fix


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (fault,) = load_customers(tmp_path / "none.csv", "US").faults
    assert "cannot be read" in fault.what


def test_of_many_faults_the_first_are_named(tmp_path: Path) -> None:
    path = _written(tmp_path, HEAD + "12,Anna,en\n" * 100)
    assert len(load_customers(path, "US").faults) == 20


async def test_a_column_is_named_in_whatever_letters_and_others_stay_ignored(tmp_path: Path) -> None:
    head = "number,name, Balance ,Opening hours,2nd_line, Pass_Code !\n"
    records = CsvCustomers(_written(tmp_path, head + f"{NUMBER},Anna,12.50,always,none,40-71\n"), "US")
    names = ["balance", "Balance", "opening hours", "2nd_line", "pass_code"]
    assert await records.facts(NUMBER, names) == {"balance": "12.50"}
    assert await records.verify(NUMBER, {"pass_code": "4071"})
    assert not await records.verify(NUMBER, {"balance": "12.50"})


async def test_a_secret_may_be_kept_as_a_hash(tmp_path: Path) -> None:
    records = CsvCustomers(_written(tmp_path, SECRET + f'{NUMBER},Anna,"{hashed("4071")}"\n'), "US")
    assert await records.verify(NUMBER, {"passcode": "4071"}) is True
    assert await records.verify(NUMBER, {"passcode": "4072"}) is False


async def test_the_facts_and_secrets_of_a_customer_hold_for_all_their_numbers(tmp_path: Path) -> None:
    head = "number,name,balance,passcode!\n"
    records = CsvCustomers(_written(tmp_path, head + f"{NUMBER}; (202) 555-0144,Anna,3,4071\n"), "US")
    assert await records.verify("+12025550144", {"passcode": "4071"})
    assert await records.facts("+12025550144", ["balance"]) == {"balance": "3"}


def test_plain_secrets_are_warned_of_once_a_column_without_being_repeated(tmp_path: Path) -> None:
    rows = f'{NUMBER},Anna,"{hashed("1234")}"\n(202) 555-0144,Ben,4071\n(202) 555-0145,Eve,8888\n'
    path = _written(tmp_path, SECRET + rows)
    found = load_customers(path, "US")
    (warning,) = found.warnings
    assert (warning.what, warning.where) == ("passcode! holds plain text", f"{path}:3")
    assert "ivr customers hash" in warning.fix
    assert found.faults == []
    assert "4071" not in repr(found)


def test_a_hash_among_the_facts_is_warned_of(tmp_path: Path) -> None:
    found = load_customers(_written(tmp_path, f'number,name,pin\n{NUMBER},Anna,"{hashed("4071")}"\n'), "US")
    (warning,) = found.warnings
    assert (warning.what, warning.fix) == ("pin holds a hash, and may be told", "Name the column pin!")


def test_a_secret_that_no_flow_can_name_is_warned_of(tmp_path: Path) -> None:
    found = load_customers(_written(tmp_path, f"number,name,Pass code!\n{NUMBER},Anna,4071\n"), "US")
    assert [warning.what for warning in found.warnings] == ["nobody can be verified by a column pass code!"]
    assert found.faults == []


async def test_a_list_that_never_was_good_verifies_nobody_and_tells_nothing(tmp_path: Path) -> None:
    records = CsvCustomers(tmp_path / "none.csv", "US")
    with pytest.raises(BackendUnavailable):
        await records.verify(NUMBER, {"passcode": "4071"})
    with pytest.raises(BackendUnavailable):
        await records.facts(NUMBER, ["balance"])
