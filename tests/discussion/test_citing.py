"""A paper as other programs take it: files of BibTeX and RIS, and what reference managers read on its page."""

import pytest
from django.test import Client

from core.citing import CITING
from papers.models import Paper, Source
from tests.factories import Cast, PaperFactory
from tests.pages import page

BIBTEX = """@misc{hep-th/9901001,
  title = {{A paper about $\\alpha$ \\& more}},
  author = {Ada Lovelace and Emmy Noether},
  year = {1999},
  eprint = {hep-th/9901001},
  archivePrefix = {arXiv},
  primaryClass = {hep-th},
  url = {https://arxiv.org/abs/hep-th/9901001},
  abstract = {We look.},
}
"""
RIS = """TY  - UNPB
TI  - A paper about $\\alpha$ & more
AU  - Lovelace, Ada
AU  - Noether, Emmy
PY  - 1999
JO  - arXiv:hep-th/9901001
UR  - https://arxiv.org/abs/hep-th/9901001
AB  - We look.
ER  -\x20
"""
CSL = r"""[
  {
    "id": "hep-th/9901001",
    "type": "article",
    "title": "A paper about $\\alpha$ & more",
    "author": [
      {
        "family": "Lovelace",
        "given": "Ada"
      },
      {
        "family": "Noether",
        "given": "Emmy"
      }
    ],
    "issued": {
      "date-parts": [
        [
          1999
        ]
      ]
    },
    "number": "arXiv:hep-th/9901001",
    "publisher": "arXiv",
    "URL": "https://arxiv.org/abs/hep-th/9901001",
    "abstract": "We look."
  }
]
"""


@pytest.fixture
def paper(cast: Cast) -> Paper:
    made: Paper = PaperFactory(
        external_id="hep-th/9901001",
        title=r"A paper about $\alpha$ & more",
        abstract="We look.",
        primary_category="hep-th",
    )
    return made


@pytest.mark.parametrize(
    ("name", "content_type", "content"),
    [
        ("bib", "application/x-bibtex; charset=utf-8", BIBTEX),
        ("ris", "application/x-research-info-systems; charset=utf-8", RIS.replace("\n", "\r\n")),
        ("csl", "application/vnd.citationstyles.csl+json", CSL),
    ],
)
def test_paper_is_a_file_for_other_programs(
    client: Client, cast: Cast, paper: Paper, name: str, content_type: str, content: str
) -> None:
    client.force_login(cast.guest)

    answer = client.get(f"/g/{cast.group.slug}/papers/{paper.address}/cite.{name}")

    assert answer.content.decode() == content
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == f'attachment; filename="hep-th-9901001.{CITING[name].suffix}"'
    shown = page(client.get(f"/g/{cast.group.slug}/papers/{paper.address}/"))
    assert shown.one(f"#cite-{name}").text.splitlines() == ["", *content.splitlines()]
    assert shown.one(f"a[href={answer.wsgi_request.path}]").words.startswith("Download")


def test_other_forms_are_not_found(client: Client, cast: Cast, paper: Paper) -> None:
    client.force_login(cast.member)

    assert client.get(f"/g/{cast.group.slug}/papers/{paper.address}/cite.doc").status_code == 404


def tags(client: Client, cast: Cast, paper: Paper) -> list[tuple[str, str]]:
    client.force_login(cast.member)
    shown = page(client.get(f"/g/{cast.group.slug}/papers/{paper.address}/"))
    named = [(one.get("name") or "", one.get("content") or "") for one in shown.all("head meta")]
    return [(name.removeprefix("citation_"), content) for name, content in named if name.startswith("citation_")]


def test_reference_managers_read_the_page(client: Client, cast: Cast) -> None:
    names = [f"Author {n}" for n in range(25)]
    paper = PaperFactory(
        external_id="2401.00001",
        authors=names,
        doi="10.1000/1",
        first_announced="2024-01-02",
        abstract="<b>Look</b>.",
    )

    assert tags(client, cast, paper) == [
        ("title", paper.title),
        *(("author", name) for name in names),
        ("date", "2024/01/02"),
        ("arxiv_id", "2401.00001"),
        ("pdf_url", "https://arxiv.org/pdf/2401.00001"),
        ("abstract_html_url", "https://arxiv.org/abs/2401.00001"),
        ("fulltext_html_url", "https://arxiv.org/html/2401.00001"),
        ("doi", "10.1000/1"),
        ("abstract", "<b>Look</b>."),
    ]


def test_what_is_not_known_has_no_tag(client: Client, cast: Cast) -> None:
    bare = PaperFactory(external_id="2009.14798", title="", authors=[], abstract="")
    named = PaperFactory(
        source=Source.DOI, external_id="10.1000/2", doi="10.1000/2", title="A talk", authors=[], abstract=""
    )

    assert tags(client, cast, bare) == []
    assert tags(client, cast, named) == [
        ("title", "A talk"),
        ("abstract_html_url", "https://doi.org/10.1000/2"),
        ("doi", "10.1000/2"),
    ]
