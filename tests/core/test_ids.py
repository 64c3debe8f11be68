"""arXiv ids, arXiv categories, secrets."""

import hashlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import categories
from core.ids import (
    ArxivId,
    arxiv_abs_url,
    arxiv_html_url,
    arxiv_pdf_url,
    find_arxiv_ids,
    find_doi,
    find_paper_name,
    hash_token,
    parse_arxiv_id,
    secret_token,
)

MONTHS = st.integers(1, 12)
NEW_IDS = st.one_of(
    st.builds("{:02}{:02}.{:04}".format, st.integers(8, 14), MONTHS, st.integers(1, 9_999)),
    st.builds("{:02}{:02}.{:05}".format, st.integers(15, 60), MONTHS, st.integers(1, 99_999)),
)
OLD_IDS = st.builds(
    "{}/{:02}{:02}{:03}".format,
    st.sampled_from(["hep-th", "math", "cs", "astro-ph", "cond-mat", "chao-dyn", "quant-ph", "q-bio"]),
    st.one_of(st.integers(92, 99), st.integers(0, 6)),
    MONTHS,
    st.integers(1, 999),
)
IDENTITIES = st.one_of(NEW_IDS, OLD_IDS)
VERSIONS = st.one_of(st.none(), st.integers(1, 9_999))


@pytest.mark.parametrize(
    ("text", "identity", "version"),
    [
        ("2009.14798", "2009.14798", None),
        ("2009.14798v2", "2009.14798", 2),
        ("arXiv:2009.14798", "2009.14798", None),
        ("ARXIV: 2009.14798v12 ", "2009.14798", 12),
        ("0704.0001", "0704.0001", None),
        ("1412.9999", "1412.9999", None),
        ("1501.00001", "1501.00001", None),
        ("hep-th/9901001", "hep-th/9901001", None),
        ("cs/0012007v1", "cs/0012007", 1),
        ("math.AG/0301001", "math/0301001", None),
        ("arXiv:math.AG/0301001v1", "math/0301001", 1),
        ("cond-mat.stat-mech/9904001", "cond-mat/9904001", None),
        ("hep-th/0703001", "hep-th/0703001", None),
    ],
)
def test_parse_takes_every_form(text: str, identity: str, version: int | None) -> None:
    assert parse_arxiv_id(text) == ArxivId(identity, version)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1501.0001",  # four digits after 2014
        "1412.00001",  # five digits before 2015
        "1613.01540",  # month 13
        "1600.01540",  # month 0
        "0703.0001",  # before the new form began
        "9901.12345",  # would be of the year 2099
        "2009.14798v0",
        "2009.14798v",
        "2009.147981",
        "2009.14798.pdf",
        "hep-th/0704001",  # after the old form ended
        "hep-th/9913001",
        "hep-th/990100",
        "econ/0601001",  # an archive that opened later
        "pages/9901001",
        "٢٠٠٩.14798",  # digits of another script
        "2009.14798 2009.14799",
    ],
)
def test_parse_refuses_what_is_only_close(text: str) -> None:
    assert parse_arxiv_id(text) is None


def test_find_reads_text_and_addresses_in_order() -> None:
    text = (
        "See 2009.14798v2, arXiv:math.AG/0301001v1 (and 1706.03762), [hep-th/9901001]; "
        "https://arxiv.org/abs/2009.14798, http://www.arxiv.org/pdf/1501.00001v3.pdf, "
        "https://doi.org/10.48550/ARXIV.2301.00001."
    )

    found = [str(each) for each in find_arxiv_ids(text)]

    assert found == [
        "2009.14798v2",
        "math/0301001v1",
        "1706.03762",
        "hep-th/9901001",
        "2009.14798",
        "1501.00001v3",
        "2301.00001",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "doi:10.3109/07434618.2014.906498",
        "https://example.org/2009.14798",
        "version 1.2009.14798",
        "x2009.14798",
        "2009.147981",
        "1234.5678",
        "a-1706.03762",
    ],
)
def test_find_leaves_other_numbers_alone(text: str) -> None:
    assert list(find_arxiv_ids(text)) == []


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("", None),
        ("10.1/x", None),
        ("see 10.1103/PhysRevLett.116.061102.", "10.1103/PhysRevLett.116.061102"),
        ("10.1000/a,b;c, 10.2000/d", "10.1000/a,b;c"),
        ("10.1000/a;10.2000/b", "10.1000/a"),
        ("10.1000/" + "x" * 300, "10.1000/" + "x" * 250),
        ("10.1000/" + "x." * 300, "10.1000/" + "x." * 125),
        ("10.1000/" + "," * 300_000, None),
    ],
)
def test_the_first_doi_ends_where_the_next_begins_or_the_sentence(text: str, doi: str | None) -> None:
    assert find_doi(text) == doi


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2009.14798", "2009.14798"),
        ("arXiv:2009.14798v2 [cs.CV]", "2009.14798v2"),
        ("https://arxiv.org/abs/2009.14798?context=cs", "2009.14798"),
        ("https://export.arxiv.org/pdf/2009.14798v1.pdf", "2009.14798v1"),
        ("arxiv.org/html/2401.00001v3#S2", "2401.00001v3"),
        ("http://xxx.lanl.gov/abs/hep-th/9901001", "hep-th/9901001"),
        ("https://arxiv.org/abs/math.AG/0301001", "math/0301001"),
        ("https://www.alphaxiv.org/abs/2009.14798", "2009.14798"),
        ("https://alphaxiv.org/overview/2009.14798v1", "2009.14798v1"),
        ("https://huggingface.co/papers/2009.14798", "2009.14798"),
        ("https://ar5iv.labs.arxiv.org/html/2009.14798", "2009.14798"),
        ("https://ar5iv.org/abs/hep-th/9901001", "hep-th/9901001"),
        ("https://scirate.com/arxiv/2009.14798", "2009.14798"),
        ("https://www.semanticscholar.org/arxiv/2009.14798", "2009.14798"),
        ("https://api.semanticscholar.org/arXiv:2009.14798", "2009.14798"),
        ("https://doi.org/10.48550/arXiv.2009.14798", "2009.14798"),
        ("https://example.org/go?url=https%3A%2F%2Farxiv.org%2Fabs%2F2009.14798", "2009.14798"),
        ("https://doi.org/10.1103/PhysRevLett.116.061102.", "10.1103/physrevlett.116.061102"),
        ("(doi:10.1103/PhysRevLett.116.061102)", "10.1103/physrevlett.116.061102"),
        ("10.1016/S0140-6736(20)30183-5", "10.1016/s0140-6736(20)30183-5"),
        ("https://iopscience.iop.org/article/10.3847/1538-4357/ab1234/pdf?x=1", "10.3847/1538-4357/ab1234"),
        ("https://doi.org/10.1038%2Fnature14539", "10.1038/nature14539"),
        ("https://www.biorxiv.org/content/10.1101/2020.09.09.287664v2.full.pdf+html", "10.1101/2020.09.09.287664"),
        ("https://www.medrxiv.org/content/10.1101/2020.03.09.20033357v1", "10.1101/2020.03.09.20033357"),
        ("https://www.biorxiv.org/content/early/2018/01/02/123456", "10.1101/123456"),
        ("https://doi.org/10.1101/123456", "10.1101/123456"),
        ("https://www.biorxiv.org/content/10.64898/2026.01.05.691234v1", "10.64898/2026.01.05.691234"),
        ("10.1101/gr.123456.111", "10.1101/gr.123456.111"),
        ("https://openreview.net/forum?id=rJl-b3RcF7&noteId=x", "rJl-b3RcF7"),
        ("https://openreview.net/pdf?id=rJl-b3RcF7", "rJl-b3RcF7"),
    ],
)
def test_paper_is_named_by_ids_dois_and_addresses(text: str, name: str) -> None:
    found = find_paper_name(text)

    assert found
    assert str(found.arxiv or found) == name


@pytest.mark.parametrize(
    "text",
    ["", "Attention is all you need", "https://openreview.net/group?id=ICLR.cc", "2513.99999", "10.1/x", "10.1101/"],
)
def test_text_that_names_no_paper(text: str) -> None:
    assert find_paper_name(text) is None


@given(identity=IDENTITIES, version=VERSIONS)
def test_an_id_survives_writing_and_reading(identity: str, version: int | None) -> None:
    paper = ArxivId(identity, version)

    assert parse_arxiv_id(str(paper)) == paper
    assert parse_arxiv_id(f"arXiv:{paper}") == paper
    assert list(find_arxiv_ids(f"({paper}), arXiv:{paper}. {arxiv_abs_url(identity, version)}")) == [paper] * 3


@given(st.text(alphabet=string.digits + "./v-arXiv: ", max_size=40))
def test_what_is_found_is_always_valid(text: str) -> None:
    for paper in find_arxiv_ids(text):
        assert parse_arxiv_id(str(paper)) == paper


@given(st.lists(NEW_IDS, min_size=2, unique=True))
def test_sequence_is_the_order_of_new_ids(identities: list[str]) -> None:
    by_sequence = sorted(identities, key=lambda identity: ArxivId(identity).sequence)

    assert by_sequence == sorted(identities)


def test_sequence_puts_the_last_century_first() -> None:
    assert ArxivId("hep-th/9901001").sequence < ArxivId("hep-th/0001001").sequence < ArxivId("0704.0001").sequence


def test_addresses() -> None:
    assert arxiv_abs_url("2009.14798") == "https://arxiv.org/abs/2009.14798"
    assert arxiv_abs_url("hep-th/9901001", 2) == "https://arxiv.org/abs/hep-th/9901001v2"
    assert arxiv_pdf_url("2009.14798", 3) == "https://arxiv.org/pdf/2009.14798v3"
    assert arxiv_html_url("2009.14798") == "https://arxiv.org/html/2009.14798"


def test_secrets_are_long_and_kept_as_hashes() -> None:
    tokens = {secret_token() for _ in range(100)}

    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    assert hash_token("a") == hashlib.sha256(b"a").hexdigest()


def test_all_categories_are_there() -> None:
    assert len(categories.all_categories()) == 155
    assert all(categories.category_group(code) for code in categories.all_categories())


@pytest.mark.parametrize("code", ["cs.CV", "astro-ph", "cond-mat.stat-mech", "hep-th", "chao-dyn", "q-fin.EC"])
def test_is_category_takes_old_and_new(code: str) -> None:
    assert categories.is_category(code)


@pytest.mark.parametrize("code", ["68T07", "I.2.10; I.4.8", "cs", "cs.XX", "CS.CV", ""])
def test_is_category_refuses_classes_of_others(code: str) -> None:
    assert not categories.is_category(code)


def test_whole_archives_are_listings_without_being_categories() -> None:
    assert [c for c in ("q-fin", "cs", "hep-th", "cs.CV", "nope") if categories.is_whole_archive(c)] == [
        "q-fin",
        "cs",
    ]
    assert categories.is_listing_name("q-fin")
    assert categories.is_listing_name("hep-th")
    assert not categories.is_listing_name("nope")


def test_names_and_groups() -> None:
    assert categories.category_name("cs.CV") == "Computer Vision and Pattern Recognition"
    assert categories.category_name("q-fin") == "Quantitative Finance"
    assert categories.category_name("chao-dyn") == "Chaotic Dynamics"
    assert categories.category_name("68T07") is None
    assert categories.category_group("hep-th") == "Physics"
    assert categories.category_group("dg-ga") == "Mathematics"
    assert categories.category_group("68T07") is None


@pytest.mark.parametrize(
    ("code", "canonical"),
    [
        ("q-fin.EC", "econ.GN"),
        ("math.MP", "math-ph"),
        ("math.IT", "cs.IT"),
        ("stat.TH", "math.ST"),
        ("cs.SY", "eess.SY"),
        ("cs.NA", "math.NA"),
        ("chao-dyn", "nlin.CD"),
        ("cs.CV", "cs.CV"),
        ("68T07", "68T07"),
    ],
)
def test_canonical_category(code: str, canonical: str) -> None:
    assert categories.canonical_category(code) == canonical
    assert categories.canonical_category(canonical) == canonical
