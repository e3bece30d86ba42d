from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.metadata import Person, Stated, read_metadata

GRAPH = """<script type="application/ld+json">{broken</script>
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "WebSite", "name": "The site", "inLanguage": "en-GB"},
 {"@type": ["NGO"], "@id": "#org", "name": "Quiet Harbour", "foundingDate": "2012-05", "founder": {"@id": "#jo"},
  "sameAs": ["https://social.example/@quiet"], "contactPoint": {"@type": "ContactPoint", "email": "team@quiet.example"},
  "employee": [{"@type": "Person", "name": "Ada Roe", "honorificSuffix": "LCSW", "jobTitle": "Facilitator",
   "hasCredential": {"@type": "EducationalOccupationalCredential", "name": "Licence 12"}}]},
 {"@type": "Person", "@id": "#jo", "name": "Jo Doe"}]}</script>
<meta property="og:site_name" content="Other"><meta property="og:description" content="Peers for peers">"""
MICRODATA = """<div itemscope itemtype="https://schema.org/Organization"><b itemprop="name">Calm Circle</b>
<time itemprop="foundingDate">1998</time><div itemprop="founder" itemscope itemtype="https://schema.org/Person">
<span itemprop="name">Kim Poe</span></div></div>"""


def test_json_ld_comes_first_and_a_broken_block_spoils_nothing():
    found = read_metadata(GRAPH)
    assert found.name == Stated("Quiet Harbour", "json-ld", "$[1].name")
    assert found.description == Stated("Peers for peers", "opengraph", "$[0].og:description")
    assert found.organisation_type == Stated("NGO", "json-ld", "$[1].@type")
    assert found.founded == Stated(datetime(2012, 5, 1, tzinfo=UTC), "json-ld", "$[1].foundingDate")
    assert found.founder == Stated("Jo Doe", "json-ld", "$[1].founder")
    assert found.language == Stated("en-GB", "json-ld", "$[0].inLanguage")
    assert [stated.value for stated in found.same_as] == ["https://social.example/@quiet"]
    assert [stated.value for stated in found.contacts] == ["team@quiet.example"]
    ada = Person("Ada Roe", "employee", "Facilitator", "LCSW", ("Licence 12",))
    assert ada in [stated.value for stated in found.persons]


def test_microdata():
    found = read_metadata(MICRODATA)
    assert found.name == Stated("Calm Circle", "microdata", "$[0].name")
    assert found.founder == Stated("Kim Poe", "microdata", "$[0].founder")
    assert [stated.value for stated in found.persons] == [Person("Kim Poe", "founder")]


def _structured(shared_data: Path, name: str) -> str:
    return (shared_data / "captures" / "structured-data" / name).read_text("utf-8")


def test_facts_of_real_pages(shared_data: Path):
    suffix = read_metadata(_structured(shared_data, "htmldate-eatsmarter.de-stoffwechsel.html")).persons[0].value
    assert (suffix.relation, suffix.suffix) == ("author", "M.Sc.")
    contact = read_metadata(_structured(shared_data, "trafilatura-diakonie.de-Lebensgefühl.html")).persons[0]
    assert (contact.syntax, contact.value.job_title) == ("microdata", "Pressesprecherin")
    reviewed = read_metadata(_structured(shared_data, "trafilatura-thebalance.com.coinbase.html")).persons
    assert {"author", "reviewedBy"} <= {stated.value.relation for stated in reviewed}
    doctor = read_metadata(_structured(shared_data, "trafilatura-healthline.com.fat.html")).persons[0].value
    assert doctor.name.endswith(", PhD")


@given(
    st.recursive(
        st.text() | st.integers() | st.none(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["@type", "@graph", "@id", "name", "founder", "hasCredential", "foundingDate"]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_read(value: object):
    import json

    read_metadata(f'<script type="application/ld+json">{json.dumps(value)}</script>')


@pytest.mark.parametrize(
    "hostile",
    [
        "<div itemscope itemprop=a>" * 3_000,
        "<div itemscope itemprop=a>" * 50 + "<b itemprop=c>" * 3_000,
        "<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
        "<div>" * 10_000,
        "",
    ],
)
def test_hostile_markup_ends_without_a_statement(hostile: str):
    begun = time.perf_counter()
    assert read_metadata(hostile).name is None
    assert time.perf_counter() - begun < 5
