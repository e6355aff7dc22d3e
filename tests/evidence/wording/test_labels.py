"""Names of places and organizations, as texts say them."""

import pytest

from sesec_analysis.evidence.wording import labels


@pytest.mark.parametrize(
    ("code", "name", "told"),
    [
        (
            "4277",
            "Hutch School (Closed after 2017-2018 school year)",
            "Hutch School (closed after 2017–18)",
        ),
        (
            "1751",
            "Cascade (Closed after 2019-2020 school year)",
            "Cascade",
        ),  # has had students since
        (
            "9999",
            "Elsewhere (Closed after 2019-2020 school year)",
            "Elsewhere (closed after 2019–20)",
        ),
    ],
)
def test_organization_name__says_that_a_school_closed_where_it_did(code, name, told):
    assert labels.organization_name(code, {code: name}) == told
