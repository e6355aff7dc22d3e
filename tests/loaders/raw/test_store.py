"""Reading raw files as text, and the refusal of damaged ones."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from sesec_analysis.errors import DataError
from sesec_analysis.loaders.raw import store


def write(folder: Path, content: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


@pytest.mark.parametrize("name", ["file.csv", "file.csv.gz"])
def test_read_csv__keeps_every_cell_as_text(tmp_path: Path, name: str):
    path = write(
        tmp_path,
        b'\xef\xbb\xbfcode,flag,students\r\n="17001",None,"1,234"\r\n17001.0,,07\r\n',
        name,
    )
    table = store.read_csv(path, columns=["code", "flag", "students"])
    assert table.to_numpy().tolist() == [['="17001"', "None", "1,234"], ["17001.0", "", "07"]]


@pytest.mark.parametrize(
    ("content", "what", "where"),
    [
        (b"", "the file is empty", "file.csv"),
        (b"\n \n", "the file is empty", "file.csv"),
        (
            b"a,b,c\n1,2,3\n4,5\n",
            "1 row(s) cannot be read: a row has fewer fields than the header",
            "line 3",
        ),
        (b'a,b,c\n1,2,3\n4,"5', "a quotation mark that is never closed", "line 3"),
        (b"a,b,c\n1,2,3\n4,5,6,7\n", "more fields than the header", "line 3"),
        ("a,b,c\ncaf\u00e9,2,3\n".encode("cp1252"), "1 row(s) are not UTF-8 text", "line 2"),
        ("a\u00e9,b,c\n1,2,3\n".encode("cp1252"), "header row is not UTF-8", "row 1"),
        (bytes(range(256)) * 20, "not text", "file.csv"),
        (b"a,a,c\n1,2,3\n", "names 1 column(s) twice: a", "row 1"),
        (b"a,b\n1,2\n", "1 column(s) are not in the file: c", "row 1"),
    ],
)
def test_read_csv__refuses_a_damaged_file_with_its_place_and_mend(
    tmp_path: Path, content: bytes, what: str, where: str
):
    path = write(tmp_path, content)
    with pytest.raises(DataError) as refusal:
        store.read_csv(path, columns=["a", "b", "c"])
    assert what in refusal.value.what
    assert where in str(refusal.value.where)
    assert refusal.value.fix


def test_read_csv__refuses_a_cut_off_gzip_file(tmp_path: Path):
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 200_000)
    path = tmp_path / "file.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"the file is cut off or damaged"):
        store.read_csv(path, columns=["a"])


def test_read_json_lines__takes_lines_that_end_with_a_comma(tmp_path: Path):
    path = write(tmp_path, b'{"a": 1, "b": 2.50},\n{"a": 3, "b": null},\n', "file.txt")
    assert store.read_json_lines(path).to_numpy().tolist() == [["1", "2.50"], ["3", ""]]


def test_read_json_lines__names_every_broken_line(tmp_path: Path):
    path = write(tmp_path, b'{"a": 1},\n{"a": 02},\n{"a":\n', "file.txt")
    with pytest.raises(DataError, match=r"2 row\(s\) are not JSON objects[\s\S]*line 2, 3"):
        store.read_json_lines(path)


@pytest.mark.slow
def test_read_parquet__keeps_the_rows_asked_for_and_reads_a_file_again_once_it_was_written(
    tmp_path: Path,
):
    path = tmp_path / "rows.parquet"
    rows = {"code": ["a", "b", None, "a"], "year": [1, 2, 1, 2], "share": [0.5, None, 0.25, 1.0]}
    store.write_parquet(pd.DataFrame(rows), path)
    kept = store.read_parquet([path], keep={"code": ["a", "z"], "year": [2]})
    assert kept.to_numpy().tolist() == [["a", 2, 1.0]]
    assert kept.dtypes.astype(str).tolist() == ["str", "int64", "float64"]
    assert store.read_parquet([path])["code"].isna().tolist() == [False, False, True, False]
    assert store.read_parquet([path], keep={"code": []}).empty
    store.write_parquet(pd.DataFrame({**rows, "code": list("zzzz")}), path)
    assert store.read_parquet([path], keep={"code": ["z"]})["year"].tolist() == [1, 2, 1, 2]
