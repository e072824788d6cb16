"""A list of customers that people edit."""

import os
from pathlib import Path

import pytest

from ivr.adapters.customers.csv_file import CsvCustomers, load_customers
from ivr.vocabulary.errors import BackendUnavailable

HEAD = "number,name,language\n"


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
