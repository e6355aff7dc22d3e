"""Tidy a survey's file (answers and respondents by item) into OBSERVATIONS.

Items are read one by one, each by its own respondents; a theme is the sum of its items' cells (`bounds.pool`), so an
item that fewer than ten students answered is carried as bounds and can be had from no total by subtraction.
"""

import re
from collections.abc import Iterator

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import pool
from sesec_analysis.catalog.entries import Survey
from sesec_analysis.errors import DataError, NoRowsError
from sesec_analysis.loaders.raw import codes, store
from sesec_analysis.loaders.raw.release import Reading
from sesec_analysis.loaders.tidy.parse import SharedRows, rate_cells, unknown_texts
from sesec_analysis.loaders.tidy.resolve import resolve_rates
from sesec_analysis.loaders.tidy.row_log import RowLog
from sesec_analysis.loaders.tidy.tokens import UnknownTokenError, parse_counts

__all__ = ["tidy_survey"]


_COUNT = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,8}")
_SAME_STUDENTS = (0.75, 1.35, 5)
"""Answers to an item of a survey, beside the median over its items: 0.88 to 1.10 in real files."""
_MANY_COUNTS = 500
"""Of so many counts of an answer some are zero, or all are more than one, in real files."""
_SUM = [*schema.OBSERVATIONS_KEY, "organization_name", "unit"]
_LEVEL = "survey_level"
"""The student group type of the surveys: by the grades that one was given to."""

_Item = dict[str, object]
_Organization = tuple[str, str, str, str, dict[str, _Item]]  # level, id, name, survey level, items


def tidy_survey(reading: Reading) -> pd.DataFrame:
    """Read one release of a survey into OBSERVATIONS.

    Parameters
    ----------
    reading
        The release; its source has a `survey:` entry.

    Returns
    -------
    OBSERVATIONS by organization, for each survey level and for all of them together. The log of rows counts the
    organizations passed over because the file holds another survey's answers for them.

    Raises
    ------
    DataError
        If the file is damaged, or holds a report, item, answer or school that the entry does not know.
    """
    survey = reading.source.survey
    if survey is None:
        raise reading.refuse("the source has no `survey:`", f"add it to {reading.entry}")
    ours = catalog.community()
    if reading.source.district != ours.district:
        raise reading.refuse(
            f"the survey is of the schools of district {reading.source.district}, and none of {ours.district_name}",
            f"say in {reading.entry} whose schools answered (`district:`), or leave it to their community",
            kind=NoRowsError,
        )
    passed_over: list[str] = []
    organizations = list(_organizations(reading, survey, passed_over))
    if not organizations:
        raise reading.refuse(
            "no organization of the file was asked this survey",
            f"check that this is the right file, and `told_by:` in {reading.entry}",
            valid=sorted(survey.told_by),
        )
    _none_added(reading, organizations)
    try:
        read = [row for each in organizations for row in _rows(reading, survey, each)]
    except UnknownTokenError as failure:
        raise unknown_texts(reading, failure, None, column="answers") from failure
    rows = pd.DataFrame(read).assign(grade_level="all", student_group_type=_LEVEL)
    _no_twins(reading, rows)
    _require_complete(reading, rows)
    parts = [_indicator(reading, rows, code) for code in reading.source.indicators]
    observations = schema.conform_observations(pd.concat(parts, ignore_index=True))
    log = RowLog(len(organizations) + len(passed_over))
    log.warn("answers_of_another_survey", len(passed_over))
    log.put_on(observations)
    return schema.validate_observations(observations, where=f"{reading.source_id}, {reading.path}")


def _damaged_file_error(reading: Reading) -> DataError:
    return reading.refuse(
        "the file is not a survey's JSON document, or is cut off",
        "download the file again; nothing was written",
    )


def _require_mapping(reading: Reading, document: object) -> dict[str, object]:
    if not isinstance(document, dict):
        raise _damaged_file_error(reading)
    return document


def _reports(reading: Reading) -> dict[str, object]:
    """Open the file: report -> survey -> organization -> item."""
    try:
        text = reading.path.read_text(encoding="utf-8-sig")
        document = store.read_json(text, numbers_as_text=False)
    except FileNotFoundError as failure:
        raise reading.refuse("the file is not there", "check --raw") from failure
    except ValueError as failure:
        raise _damaged_file_error(reading) from failure
    return _require_mapping(reading, _require_mapping(reading, document).get("reports"))


def _items(reading: Reading, document: object) -> dict[str, _Item]:
    """Give the items of an organization, each with as many counts as answers; spaces in their texts do not matter."""
    items: dict[str, _Item] = {}
    for text, raw in _require_mapping(reading, document).items():
        item = _require_mapping(reading, raw)
        answers, counts = item.get("answers"), item.get("answer_respondents")
        bare = " ".join(text.split())
        if not isinstance(answers, list) or not isinstance(counts, list) or bare in items:
            raise _damaged_file_error(reading)
        if len(answers) != len(counts):
            raise _damaged_file_error(reading)
        items[bare] = item
    return items


def _unknown_word_error(
    reading: Reading, what: str, word: str, where: str, known: list[str]
) -> DataError:
    return reading.refuse(
        f"{what} {word!r} is not in the entry", f"add it to {where} in {reading.entry}", valid=known
    )


def _organizations(
    reading: Reading, survey: Survey, passed_over: list[str]
) -> Iterator[_Organization]:
    """Give every organization of the reports that are read, and the level of the survey it was asked."""
    for report, surveys in _reports(reading).items():
        if report in survey.ignore_reports:
            continue
        if report not in survey.reports:
            known = [*survey.reports, *survey.ignore_reports]
            raise _unknown_word_error(
                reading, "report", report, "`reports:` or `ignore_reports:`", known
            )
        for name, organizations in _require_mapping(reading, surveys).items():
            if name not in survey.levels and name not in survey.unnamed:
                known = [*survey.levels, *survey.unnamed]
                raise _unknown_word_error(reading, "survey", name, "`levels:` or `unnamed:`", known)
            for organization, document in _require_mapping(reading, organizations).items():
                items = _items(reading, document)
                if name in survey.unnamed and not set(survey.told_by) & set(items):
                    passed_over.append(organization)
                    continue
                kind, code = _code(reading, survey.reports[report], organization)
                level = survey.levels.get(name) or _level(reading, survey, code, set(items))
                yield kind, code, organization.strip(), level, items


def _code(reading: Reading, kind: str, organization: str) -> tuple[str, str]:
    code = catalog.community().district if kind == "district" else codes.school_code(organization)
    if code is None:
        raise reading.refuse(
            f"school {organization!r} is not known",
            "add the spelling to its code in data/catalog/school_names.yml",
        )
    return kind, code


def _level(reading: Reading, survey: Survey, code: str, asked: set[str]) -> str:
    """Tell which survey a school took where the file does not say: by an item that only one asks, or by its entry."""
    [levels] = [levels for item, levels in survey.told_by.items() if item in asked][:1]
    fitting = [name for name in levels if len(levels) == 1 or code in survey.schools.get(name, [])]
    if len(fitting) != 1:
        raise reading.refuse(
            f"the file does not say which survey school {code} took",
            f"add the code to one level under `schools:` in {reading.entry}",
            valid=levels,
        )
    return fitting[0]


def _rows(
    reading: Reading, survey: Survey, organization: _Organization
) -> Iterator[dict[str, str]]:
    kind, code, name, level, items = organization
    themes = {item: theme for theme, members in survey.themes.items() for item in members}
    for text, item in items.items():
        if text in survey.ignore_items:
            continue
        if text not in themes:
            raise _unknown_word_error(
                reading, "item", text, "`themes:` or `ignore_items:`", list(themes)
            )
        yield {
            "organization_level": kind,
            "organization_id": code,
            "organization_name": name,
            "student_group": level,
            "theme": themes[text],
            "item": text,
            **_counts(reading, survey, text, item),
        }


def _counts(reading: Reading, survey: Survey, text: str, item: _Item) -> dict[str, str]:
    """Count favorable, unfavorable and all answers to an item; a text in place of a number stands for all three."""
    tokens: dict[str, list[str]] = {"favorable": [], "unfavorable": [], "between": []}
    coded = item.get("negativelyCoded")
    if coded is not None and not isinstance(coded, bool):
        raise reading.refuse(
            f"whether {text!r} is coded the other way is {coded!r}, not true or false",
            "download the file again; nothing was written",
        )
    turned = text in survey.negative if coded is None else coded
    other_way = {"favorable": "unfavorable", "unfavorable": "favorable"} if turned else {}
    answered = zip(item["answers"], item["answer_respondents"], strict=True)  # type: ignore[call-overload]  # lists: see _items
    for answer, count in answered:
        if (side := survey.answers.get(str(answer))) is None:
            known = list(survey.answers)
            raise _unknown_word_error(
                reading, f"answer to {text!r}:", str(answer), "`answers:`", known
            )
        tokens[other_way.get(side, side)].append(_print_count(count))
    if item["answers"] not in survey.scales:
        raise reading.refuse(
            f"the answers to {text!r} are not one of the scales of the entry: {item['answers']}",
            f"check that the file is whole; a new scale is added to `scales:` in {reading.entry}",
            valid=[", ".join(scale) for scale in survey.scales],
        )
    printed = [token for side in tokens.values() for token in side]
    if words := [token for token in printed if not _COUNT.fullmatch(token)]:
        for word in words:
            if parse_counts(pd.Series([word]))["kind"].iloc[0] == "exact":
                raise UnknownTokenError({word: 1})
        return dict.fromkeys(["favorable", "unfavorable", "answers"], words[0])
    sums = {side: sum(int(token.replace(",", "")) for token in tokens[side]) for side in tokens}
    answers = sum(sums.values())
    return {
        "favorable": str(sums["favorable"]),
        "unfavorable": str(sums["unfavorable"]),
        "answers": str(answers),
    }


def _print_count(count: object) -> str:
    """Return a count as a file of text would print it; 17.0 is a count, and true is none."""
    if isinstance(count, float) and count.is_integer() and abs(count) < 1e9:
        count = int(count)
    return "" if count is None else str(count)


def _require_complete(reading: Reading, rows: pd.DataFrame) -> None:
    """Refuse organizations without an item that others were asked, or with answers of far more or fewer students."""
    of = ["organization_level", "organization_id", "student_group"]
    items = rows.groupby("student_group")["item"].nunique()
    asked = rows.groupby(of)["item"].transform("nunique")
    if (fewer := asked < rows["student_group"].map(items)).any():
        raise reading.refuse(
            "an organization was not asked every item of its survey",
            "check that the file is whole; an item that not all were asked goes to `ignore_items:` in "
            f"{reading.entry}",
            rows=rows[fewer],
        )
    answers = pd.to_numeric(rows["answers"].str.replace(",", ""), errors="coerce")
    # Fewer than ten are carried as a range whatever their number is, so nothing may hang on it.
    seen = answers.where(answers >= schema.MINIMUM_GROUP)
    usual = seen.groupby([rows[name] for name in of]).transform("median")
    low, high, few = _SAME_STUDENTS
    if (off := (seen < low * usual - few) | (seen > high * usual + few)).any():
        raise reading.refuse(
            "far more or fewer students answered an item than the other items of the same survey",
            "check the file; download it again",
            rows=rows[off],
        )
    _sums(reading, rows)


def _sums(reading: Reading, rows: pd.DataFrame) -> None:
    """Hold the district's own report against the sum of its schools, item by item."""
    counts = rows.assign(
        **{side: pd.to_numeric(rows[side], errors="coerce") for side in ("favorable", "answers")}
    )
    by = ["student_group", "item"]
    schools = counts[counts["organization_level"] == "school"].groupby(by)
    sums = (
        schools[["favorable", "answers"]].sum().where(schools["answers"].count() == schools.size())
    )
    district = counts[counts["organization_level"] == "district"]
    for side in ("favorable", "answers"):
        own = district.set_index(by)[side]
        if (off := own.notna() & (own - sums[side].reindex(own.index)).abs().gt(0)).any():
            raise reading.refuse(
                f"the schools have other counts together than the district's own report ({side})",
                "check that the file is whole; download it again",
                rows=district[off.to_numpy()],
            )


def _none_added(reading: Reading, organizations: list[_Organization]) -> None:
    """Refuse a file in which somebody gave an answer to every item: as if one were added to each of its counts."""
    counts: dict[str, list[int]] = {}
    for kind, *_, items in organizations:
        for item in items.values() if kind == "school" else ():
            answered = zip(item["answers"], item["answer_respondents"], strict=True)  # type: ignore[call-overload]  # lists: see _items
            for answer, count in answered:
                if isinstance(count, int):
                    counts.setdefault(str(answer), []).append(count)
    for answer, given in counts.items():
        if len(given) >= _MANY_COUNTS and min(given) == 1:
            raise reading.refuse(
                f"none of {len(given)} counts of the answer {answer!r} is zero, and some are one: one may have been "
                "added to each",
                "check the file; download it again",
            )


def _no_twins(reading: Reading, rows: pd.DataFrame) -> None:
    key = ["organization_level", "organization_id", "student_group", "item"]
    if (twin := rows.duplicated(key, keep=False)).any():
        raise reading.refuse(
            "an organization is in the file twice with the same survey",
            "check the spellings in data/catalog/school_names.yml",
            rows=rows[twin],
        )


def _indicator(reading: Reading, rows: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the OBSERVATIONS of one indicator: its items' cells, summed by level and over the levels."""
    columns = reading.source.indicators[code]
    for name, wanted in columns.where.items():
        rows = rows[rows[name].isin(wanted)]
    rows = rows.reset_index(drop=True)
    cells = rows[[name for name in rows if name in schema.OBSERVATIONS_COLUMNS]].assign(
        source_id=reading.source_id,
        indicator=code,
        end_year=reading.year,
        unit=catalog.indicator(code).unit,
        token="",
    )
    known = resolve_rates(rate_cells(SharedRows(reading, rows), columns))
    cells = schema.conform_observations(pd.concat([cells, known], axis=1))
    everyone = cells.assign(student_group_type="all", student_group="all")
    return pool(pd.concat([everyone, cells], ignore_index=True), by=_SUM)
