"""Open a release: match its entry with the file's header, read its rows as text, and find their organizations.

In a wide file the cells of a student group are named ``numerator:<alias>`` and ``value:<alias>``.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Release, Source
from sesec_analysis.errors import DataError, FileError, NoRowsError
from sesec_analysis.loaders.raw import codes as raw_codes
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.raw.codes import add_codes, district_column

__all__ = ["LEVELS", "STATE", "Reading", "organizations"]


STATE = "WA"
"""Our code of the state's own row: the files leave its district code blank."""


def raw_files(source_id: str) -> dict[str, str | None]:
    """Return a release's raw files in their folder (the entry's, or a download) and the sha256 of each."""
    _, release = catalog.release(source_id)
    return release.files or {f"{source_id}.csv": None}


_NAMES_A_ROW = ["organization_id", "school_code", "grade_level", "student_group", "school_year"]


class Reading:
    """A release, its file and its entry; every refusal made here says which file, column and rows.

    Parameters
    ----------
    source_id
        ``ospi_discipline@2019``.
    raw
        The folder that the release's ``file:`` is relative to, or the very file.
    header
        The column names, where they are known without the file.
    release
        The release, where it is not in the catalog yet.
    """

    def __init__(
        self,
        source_id: str,
        raw: Path,
        *,
        header: list[str] | None = None,
        release: Release | None = None,
    ) -> None:
        self.source_id = source_id
        key, _, year = source_id.partition("@")
        self.declared = catalog.source(key)
        self.release = release or catalog.release(source_id)[1]
        self.year = int(year)
        is_file = header is not None or raw.is_file()
        self.path, *others = [raw] if is_file else [raw / name for name in raw_files(source_id)]
        self.entry = f"data/catalog/sources/{key}.yml"
        self.others = [self._of(path) for path in others]
        if header is not None:
            self.header = header

    def _of(self, path: Path) -> "Reading":
        """Return the reading of another file of the release, which may be missing."""
        other = copy(self)
        other.path, other.others = path, []
        return other

    def refuse(
        self,
        what: str,
        fix: str,
        *,
        column: str = "",
        rows: pd.DataFrame | None = None,
        valid: Iterable[object] | None = None,
        kind: type[FileError] = FileError,
    ) -> DataError:
        """Make the error for this file; ``column`` is a name of the entry, ``rows`` the offending ones."""
        where = f"{self.source_id}, file {self.paths}"
        if column:
            where += f", column {self._spelled(column, rows)}"
        if rows is not None:
            names = [name for name in _NAMES_A_ROW if name in rows]
            if "organization_id" in names:
                names = [name for name in names if name != "school_code"]
            first = " ".join(str(rows.iloc[0][name]) for name in names)
            where += f", {len(rows)} row(s), the first: {first}"
        return kind(what, where=where, fix=fix, valid=valid)

    def _spelled(self, column: str, rows: pd.DataFrame | None) -> str:
        """Return a column's name in the file; in a wide file, the columns of the groups that the rows are of."""
        if column in self.columns or rows is None or "student_group" not in rows:
            return self.columns.get(column, column)
        groups = set(rows["student_group"])
        known = raw_codes.group_lookup()
        names = [
            name
            for key, name in self.group_columns.items()
            if key.startswith(f"{column}:")
            and known[raw_codes.group_key(key.partition(":")[2])][1] in groups
        ]
        return ", ".join(names) or column

    @property
    def paths(self) -> str:
        """The files, as an error names them."""
        return " and ".join(str(path) for path in (self.path, *(one.path for one in self.others)))

    @cached_property
    def source(self) -> Source:
        """The entry, with the columns of the layout that the file has: its own, wherever they are all there."""
        declared = self.declared
        if not declared.other_layouts or self._has_all(declared.columns, declared.optional):
            return declared
        for name, layout in declared.other_layouts.items():
            if self._has_all(layout.columns, layout.optional):
                return declared.in_layout(name)
        return declared

    def _has_all(self, columns: dict[str, list[str]], optional: list[str]) -> bool:
        spelled = {raw_codes.column_key(column) for column in self.header}
        return all(
            any(raw_codes.column_key(self._in_year(text)) in spelled for text in spellings)
            for logical, spellings in columns.items()
            if logical not in optional
        )

    @cached_property
    def _objects(self) -> pd.DataFrame:
        return store.read_json_lines(self.path)

    @cached_property
    def header(self) -> list[str]:
        """The file's own column names."""
        return (
            list(self._objects.columns)
            if self.declared.format == "jsonlines"
            else store.header(self.path)
        )

    @cached_property
    def group_columns(self) -> dict[str, str]:
        """Wide layout: ``numerator:<alias>`` or ``value:<alias>`` -> the file's column."""
        if self.source.layout == "long":
            return {}
        known = {key for key, (_, code) in raw_codes.group_lookup().items() if code != "all"}
        matches = {}
        for part, pattern in (
            ("numerator", self.source.groups.numerator),
            ("value", self.source.groups.value),
        ):
            before, _, after = (pattern or "\0{}").partition("{}")
            for name in self.header:
                alias = name.removeprefix(before).removesuffix(after)
                fits = name == f"{before}{alias}{after}" and not self._is_ignored(name)
                if fits and raw_codes.group_key(alias) in known:
                    matches[f"{part}:{alias}"] = name
        return matches

    @property
    def years_of_file(self) -> list[int]:
        """The years that releases of this very file, or of this dataset where it is downloaded, declare."""
        publication = (self.release.file, None if self.release.file else self.release.dataset_id)
        return [
            year
            for year, other in self.declared.releases.items()
            if (other.file, None if other.file else other.dataset_id) == publication
        ]

    @cached_property
    def columns(self) -> dict[str, str]:
        """The entry's names -> the file's, for every column the file has; capitals and spaces do not matter."""
        names = {}
        by_key = {raw_codes.column_key(name): name for name in reversed(self.header)}
        for logical, spellings in self.source.columns.items():
            spelled = [self._in_year(name) for name in spellings]
            exact = [name for name in spelled if name in self.header]
            alike = [
                by_key[key] for name in spelled if (key := raw_codes.column_key(name)) in by_key
            ]
            if exact or alike:
                names[logical] = (exact or alike)[0]
        return names

    def _in_year(self, text: str) -> str:
        """Put the release's year in: ``{school_year}`` is it in short (14-15), ``{end_year}`` the year it ends in."""
        short = text.replace("{school_year}", self.release.school_year[-5:])
        return short.replace("{end_year}", str(self.year))

    def _is_ignored(self, name: str) -> bool:
        """Return whether an entry's ``ignore`` names a column, itself or by a pattern with ``*``."""
        key = raw_codes.column_key(name)
        return any(fnmatchcase(key, raw_codes.column_key(known)) for known in self.source.ignore)

    def prove_header(self) -> None:
        """Refuse a file whose columns are not those of the entry, one by one."""
        self._check_columns()
        self._check_groups()

    def _check_columns(self) -> None:
        source = self.source
        missing = [
            name
            for name in source.columns
            if name not in self.columns and name not in source.optional
        ]
        used = {*self.columns.values(), *self.group_columns.values(), ""}
        unknown = [name for name in self.header if name not in used and not self._is_ignored(name)]
        if missing:
            wanted = "; ".join(
                f"{name} (spelled {' or '.join(map(self._in_year, source.columns[name]))})"
                for name in missing
            )
            raise self.refuse(
                f"{len(missing)} column(s) of the entry are not in the file: {wanted}",
                "check that this is the right file; a column that the publisher renamed is added to "
                f"`columns:` in {self.entry}",
                valid=unknown or self.header,
            )
        if unknown:
            raise self.refuse(
                f"{len(unknown)} column(s) of the file are not in the entry: {', '.join(unknown)}",
                f"add each to `columns:` or `ignore:` in {self.entry}; a new student group to `aliases:` in "
                "data/catalog/student_groups.yml",
            )

    def _check_groups(self) -> None:
        """Refuse a wide file without the column of a student group: it would load as if it had no such students."""
        known = raw_codes.group_lookup()
        aliases = [
            name.partition(":")[2] for name in self.group_columns if name.startswith("numerator:")
        ]
        groups = {known[raw_codes.group_key(alias)][1] for alias in aliases}
        kinds = catalog.group_types()
        wanted = [code for kind in self.source.groups.required for code in kinds[kind].groups]
        if missing := [code for code in wanted if code not in groups]:
            raise self.refuse(
                f"{len(missing)} student group(s) have no column in the file: {', '.join(missing)}",
                "check that this is the whole file; a column that the publisher renamed is added to `aliases:` of its "
                "group in data/catalog/student_groups.yml",
                valid=self.header,
            )

    def rows(self) -> pd.DataFrame:
        """Return the rows of the district and its neighbours in all files, all text, under the entry's names.

        Raises
        ------
        DataError
            If the header and the entry disagree, the file is damaged, or no row is of these districts.
        """
        self.prove_header()
        wanted = self.columns | self.group_columns
        names = list(dict.fromkeys(wanted.values()))
        ours = catalog.community()
        districts = [ours.district, *ours.neighbours]
        constants = {name: self._in_year(text) for name, text in self.source.constants.items()}
        if self.source.format == "jsonlines":
            raw = self._objects[names]
            raw = raw[raw_codes.clean_code(raw[self.columns["district_code"]]).isin(districts)]
        else:
            level, kept = self.columns.get("organization_level"), self._kept(districts)
            raw = store.read_csv(
                self.path,
                columns=names,
                keep=kept,
                or_keep={level: ["State"], **self._kept([])} if level and kept else None,
            )
        rows = pd.DataFrame({logical: raw[name] for logical, name in wanted.items()})
        rows = rows.assign(**{name: text for name, text in constants.items() if name not in rows})
        self._check_copies(rows)
        rows = add_codes(rows, self.refuse)
        own_rows = raw_codes.clean_code(rows["district_code"]) == ours.district
        if not (own_rows.any() or self._is_of_the_state(rows)):
            raise self.refuse(
                f"the file holds no row of {ours.district_name} (district {ours.district}); it may be cut off",
                "check that this is the right file, and that district codes are in the column named",
                column="district_code",
                kind=NoRowsError,
            )
        if self.others:
            rows = pd.concat([rows, *(other.rows() for other in self.others)]).fillna("")
        return rows.reset_index(drop=True)

    def _check_copies(self, rows: pd.DataFrame) -> None:
        """Refuse a wide file in which two student groups have the very same figures in every row."""
        found: dict[int, str] = {}
        for logical in dict.fromkeys(self.group_columns):
            if rows[logical].nunique() < _TOLD:
                continue
            twin = found.setdefault(int(pd.util.hash_pandas_object(rows[logical]).sum()), logical)
            if twin != logical and self.group_columns[twin] != self.group_columns[logical]:
                one, other = self.group_columns[twin], self.group_columns[logical]
                raise self.refuse(
                    f"two columns have the same figures in every row: {one} and {other}",
                    "check the file: one may have been copied over the other; download it again",
                    column=logical,
                )

    def _is_of_the_state(self, rows: pd.DataFrame) -> bool:
        """Return whether the entry reads nothing but rows of the state, and there are some."""
        fixed = self.source.constants.get("organization_level")
        levels = self.source.keep.get("organization_level", [fixed])
        return levels == ["State"] and len(rows) > 0

    def _kept(self, districts: list[str]) -> dict[str, list[str]]:
        """Return which rows to read: the entry's `keep`, and the districts, unless it says that all rows are of one."""
        kept = {self.columns[name]: values for name, values in self.source.keep.items()}
        if districts and "district_code" not in self.source.constants:
            column, values = district_column(self.columns, districts)
            kept[self.columns[column]] = values
        return kept


_UNSEEN = "[\u200b\u202e\ufeff\x00]"
"""Characters of a name that nobody sees."""
_TOLD = 20
"""So many different figures are the same in two columns by no chance."""

LEVELS = {
    "School": "school",
    "District": "district",
    "LEA": "district",
    "State": "state",
    "Tract": "tract",
    "Place": "place",
    # A carrier's column that tells whether a row is the district's total.
    "True": "district",
    "False": "school",
}


def organizations(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Put level, code, name and grade in our words; keep Seattle's schools and the districts' own rows.

    Schools that a file only names get their code from data/catalog/school_names.yml.

    Raises
    ------
    DataError
        If a level, a grade or the name of a school is not known.
    """
    grades = {label: raw_codes.grade_level(label) for label in rows["grade_level"].unique()}
    for column, known in (("organization_level", LEVELS), ("grade_level", grades)):
        strange = rows[column].map(known).isna()
        if strange.any():
            words = ", ".join(sorted(set(rows.loc[strange, column].map(repr))))
            raise reading.refuse(
                f"{column.replace('_', ' ')} {words} is not known",
                "check the file; a new spelling is added in sesec_analysis/loaders (raw/codes.py for grades)",
                column=column,
                rows=rows[strange],
            )
    rows = rows.assign(
        grade_label=rows["grade_level"],
        grade_level=rows["grade_level"].map(grades),
        organization_level=rows["organization_level"].map(LEVELS),
        district_code=raw_codes.clean_code(rows["district_code"]),
    )
    school = rows["organization_level"] == "school"
    rows = rows[(rows["district_code"] == catalog.community().district) | ~school]
    _proven_levels(reading, rows)
    rows = _codes(_add_school_names(reading, _add_school_codes(reading, rows)))
    for column, name in (("organization_id", "code"), ("organization_name", "name")):
        if (blank := rows[column] == "").any():
            raise reading.refuse(
                f"an organization has no {name}",
                "check the file; download it again",
                column="school_code" if name == "code" else "school_name",
                rows=rows[blank],
            )
    if (odd := ~rows["organization_name"].fillna("").str.fullmatch(_NAME)).any():
        raise reading.refuse(
            f"{rows.loc[odd, 'organization_name'].iloc[0]!r} is written as no name is",
            "check the file: a spreadsheet may have put signs to its texts; download it again",
            column="school_name" if "school_name" in reading.columns else "district_name",
            rows=rows[odd],
        )
    _proven_names(reading, rows)
    return rows


def _proven_names(reading: Reading, rows: pd.DataFrame) -> None:
    """Refuse rows whose name and code disagree: a code has one name in a file, and no name of another school."""
    kinds = ["organization_level", "organization_id", "organization_name"]
    places = rows.drop_duplicates(kinds)[kinds].assign(
        bare=lambda kept: kept["organization_name"].map(raw_codes.bare_name)
    )
    places = places.drop_duplicates(["organization_level", "organization_id", "bare"])
    named = raw_codes.codes_by_name()
    # A code that is not in the directory may be of an earlier school whose name a later one has.
    others = [
        level == "school" and code in catalog.schools() and code not in named.get(bare, {code})
        for level, code, bare in zip(
            places["organization_level"], places["organization_id"], places["bare"], strict=True
        )
    ]
    school = places["organization_level"] == "school"
    faults = {
        "a name is that of another school than the code": pd.Series(others, places.index),
        "a code has two names": places.duplicated(kinds[:2], keep=False),
        "a name has the codes of two schools": school
        & places[school].duplicated("bare", keep=False).reindex(places.index, fill_value=False),
    }
    for what, strange in faults.items():
        if strange.any():
            first = places[strange].iloc[0]
            raise reading.refuse(
                f"{what}: {first['organization_name']!r} and {first['organization_id']}"
                + _both_sides(first["organization_name"], first["organization_id"], named),
                "check the file: names and codes in the same row must agree; a new spelling of a school "
                "goes to its code in data/catalog/school_names.yml",
                column="school_name"
                if first["organization_level"] == "school"
                else "district_name",
                rows=rows.loc[places.index[strange]],
            )


def _both_sides(name: str, code: str, named: Mapping[str, set[str]]) -> str:
    """Return what is known of a school's code, and of its name."""
    known = catalog.schools().get(code)
    codes = " or ".join(sorted(named.get(raw_codes.bare_name(name), ())))
    sides = [f"; {code} is {known.name}" if known else "", f"; {name} is {codes}" if codes else ""]
    return "".join(sides)


_NAME = r"(?s)[^\s=+@*–-].*"
"""How an organization may be called: no name begins with a sign that makes a spreadsheet calculate."""
_NO_CODE = ("", "0", "NULL", "None")
"""What stands in a column of codes where there is none."""


def _proven_levels(reading: Reading, rows: pd.DataFrame) -> None:
    """Refuse rows whose level and codes disagree: the state has no district, a district no school, a school both."""
    level = rows["organization_level"]
    faults = {}
    if (
        "organization_level" in reading.columns
        or "organization_level" not in reading.source.constants
    ):
        coded = ~rows["district_code"].isin(_NO_CODE)
        faults["the row of the state has the code of a district"] = (level == "state") & coded
    if "school_code" in rows:
        school = raw_codes.clean_code(rows["school_code"])
        if "organization_level" in reading.columns:
            faults["a row of no school has the code of a school"] = (
                level != "school"
            ) & ~school.isin(_NO_CODE)
        faults["a school has no code of four digits"] = (level == "school") & ~school.str.fullmatch(
            r"[0-9]{4}"
        )
    for what, strange in faults.items():
        if strange.any():
            raise reading.refuse(
                what,
                "check the file: levels and codes in the same row must agree; download it again",
                column="organization_level",
                rows=rows[strange],
            )


def _add_school_codes(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Give schools that are only named their code, and the name that charts print."""
    if "school_code" in rows or "school_name" not in rows:
        return rows
    school = rows["organization_level"] == "school"
    own = {raw_codes.bare_name(name): code for name, code in reading.source.school_codes.items()}
    spelled = rows["school_name"]
    by_name = raw_codes.codes_of_school_names() | own
    known = {name: by_name.get(raw_codes.bare_name(name)) for name in spelled.unique()}
    codes = spelled.map(known).where(school, "")
    if (strange := codes.isna()).any():
        words = ", ".join(sorted(set(spelled[strange].map(repr))))
        raise reading.refuse(
            f"school {words} has no code",
            "add this spelling to its school in data/catalog/school_names.yml",
            column="school_name",
            rows=rows[strange],
        )
    short = {code: names[0] for code, names in catalog.school_names().items()}
    names = codes.map(short).where(school, rows["school_name"])
    return rows.assign(school_code=codes, school_name=names)


def _add_school_names(reading: Reading, rows: pd.DataFrame) -> pd.DataFrame:
    """Give schools that are only coded their name in the table of schools."""
    if "school_name" in rows or "school_code" not in rows:
        return rows
    school = rows["organization_level"] == "school"
    codes = raw_codes.clean_code(rows["school_code"]).map(catalog.open_code)
    spelled = {code: names[0] for code, names in catalog.school_names().items()}
    names = codes.map(spelled | {code: entry.name for code, entry in catalog.schools().items()})
    if (strange := school & names.isna()).any():
        raise reading.refuse(
            f"school code {', '.join(sorted(set(codes[strange])))} has no name in data/reference/schools.csv",
            "check the file; a new school gets its name with the first enrollment file that has it, or a spelling in "
            "data/catalog/school_names.yml",
            column="school_code",
            rows=rows[strange],
        )
    return rows.assign(school_name=names.where(school, ""))


def _codes(rows: pd.DataFrame) -> pd.DataFrame:
    level = rows["organization_level"]
    code = rows["district_code"].mask(level == "state", STATE)
    name = rows["district_name"].mask(level == "state", "Washington State")
    for kind in ("school", "tract", "place"):
        if f"{kind}_code" in rows:
            known = raw_codes.clean_code(rows[f"{kind}_code"])
            if kind == "school":
                known = known.map({code: catalog.open_code(code) for code in known.unique()})
            code = known.where(level == kind, code)
            name = rows[f"{kind}_name"].where(level == kind, name)
    return rows.assign(
        organization_id=code,
        organization_name=name.str.replace(_UNSEEN, "", regex=True).str.strip(),
    )
