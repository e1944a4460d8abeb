"""Both parts of a mail: which reading of an opening is kept, and what is told of the other."""

from __future__ import annotations

from cxdigest.extract.cards.both import Joined, Reading, Row, join
from cxdigest.model import Sighting


def row(title: str, company: str = "", place: str = "", *, key: str = "", **more: object) -> Row:
    apart = bool(more.pop("apart", False))
    one = Sighting(format="f", title=title, company=company, location=place, **more)  # type: ignore[arg-type]
    return Row(key=key or title, sighting=one, quote=title, start=1, end=2, apart=apart)


def joined(text: list[Row], html: list[Row]) -> Joined:
    return join(
        Reading(part="text", strategy="t", rows=tuple(text)),
        Reading(part="HTML", strategy="h", rows=tuple(html)),
    )


def test_html_leads_at_a_tie_and_the_text_fills_what_it_leaves_out() -> None:
    both = joined(
        [row("CX Lead", "Foxglove", "Leeds", salary="£50K", snippet="Own it.")],
        [row("CX Lead", "Foxglove", "Leeds", workplace="hybrid")],
    )
    (one,) = both.sightings
    assert (one.workplace, one.salary, one.snippet) == ("hybrid", "£50K", "Own it.")
    assert both.disagreements == ()


def test_part_with_more_openings_leads_and_none_is_lost() -> None:
    both = joined([row("A"), row("B")], [row("C")])
    assert [one.title for one in both.sightings] == ["A", "B", "C"]
    assert both.disagreements == ("The text part shows 2 openings, the HTML part 1.",)


def test_part_that_shows_nothing_disagrees_with_nothing() -> None:
    assert joined([], [row("A"), row("B")]).disagreements == ()


def test_cut_title_gives_way_to_the_whole_one() -> None:
    (one,) = joined(
        [row("Head of Service Design", key="1")], [row("Head of Serv…", key="1")]
    ).sightings
    assert one.title == "Head of Service Design"


def test_company_and_place_come_from_the_part_that_prints_them_apart() -> None:
    text = row("CX", "Tarn · Vale", "Leeds", key="1", apart=True)
    html = row("CX", "Tarn", "Vale · Leeds", key="1")
    both = joined([text], [html])
    assert (both.sightings[0].company, both.sightings[0].location) == ("Tarn · Vale", "Leeds")
    assert both.disagreements == ()


def test_fuller_place_is_kept_and_is_no_disagreement() -> None:
    both = joined([row("CX", "Tarn", "Leeds, UK")], [row("CX", "Tarn", "Leeds")])
    assert (both.sightings[0].location, both.disagreements) == ("Leeds, UK", ())


def test_other_place_is_told_in_one_sentence() -> None:
    both = joined([row("CX", "Tarn", "York")], [row("CX", "Tarn", "Hull")])
    assert both.sightings[0].location == "Hull"
    assert both.disagreements == (
        "CX: the HTML part gives the place as “Hull”, the text part as “York”.",
    )


def test_parts_that_link_one_job_differently_are_paired_by_name() -> None:
    text = row("CX", "Tarn", key="https://a.example/1", url="https://a.example/1", native_id="a:1")
    html = row("CX", "Tarn", key="https://t.example/x", url="https://t.example/x", opaque=True)
    (one,) = joined([text], [html]).sightings
    assert (one.native_id, one.opaque) == ("a:1", False)


def test_two_openings_of_one_title_are_never_paired_by_it() -> None:
    text = [row("CX", "Tarn", key="1"), row("CX", "Vale", key="2")]
    html = [row("CX", "Marl", key="3"), row("CX", "Hollin", key="4")]
    assert len(joined(text, html).sightings) == 4


def test_each_block_that_was_read_leaves_a_trace() -> None:
    traces = joined([row("A")], [row("A"), row("B")]).traces
    assert [(one.part, one.what, one.title, one.lines) for one in traces] == [
        ("HTML", "h", "A", (1, 2)),
        ("HTML", "h", "B", (1, 2)),
        ("text", "t", "A", (1, 2)),
    ]
