"""From draft to answer: what stands is cited, what does not is left out and named."""

import datetime as dt

from political_monitoring.answering.draft import Draft, Statement, note
from political_monitoring.answering.intents import Intent
from political_monitoring.answering.understanding import Understanding
from political_monitoring.answering.writing import Writer, write
from political_monitoring.domain.documents import Span
from political_monitoring.domain.facts import AsOf, Evidence
from political_monitoring.evidence.citations import Part
from political_monitoring.knowledge.port import KnowledgeGraph

ASKED = Understanding(
    text="?",
    intent=Intent.GENERAL,
    entities=(),
    unknown=(),
    words=(),
    search_text="?",
    time=AsOf.on(dt.date(2024, 12, 31)),
    since=None,
    until=None,
    language="en",
    day=dt.date(2024, 12, 31),
)


def quoting(graph: KnowledgeGraph, document_id: str, words: str) -> Evidence:
    found = graph.document(document_id)
    assert found
    start = found[0].text.index(words)
    return Evidence(document_id, found[1][0].id, Span(start, start + len(words)), words)


def test_a_claim_is_rendered_with_its_mark_and_what_it_rests_on(graph: KnowledgeGraph) -> None:
    evidence = quoting(graph, "ai-force", "entered into force on 1 August 2024")
    draft = Draft((Statement((Part("In force", (evidence,)), Part(".")), ""),), ())

    written = write(draft, ASKED, graph)

    assert written.answer.text == (
        "In force [1].\n\nRests on 1 source from 1 publisher; newest: 1 August 2024; as of 31 December 2024."
    )
    assert "".join(written.pieces) == written.answer.text
    assert written.answer.as_of == dt.date(2024, 12, 31)
    assert [written.answer.text[start:end] for start, end in written.answer.citations[0].positions] == ["[1]"]


def test_a_quotation_that_is_not_in_its_document_takes_its_claim_with_it(graph: KnowledgeGraph) -> None:
    true = quoting(graph, "ai-force", "entered into force")
    moved = Evidence(true.document_id, true.passage_id, true.span.shifted(1), true.quote)
    elsewhere = Evidence("no-such-document", "x#0", true.span, true.quote)
    draft = Draft(
        (
            Statement((Part("True", (true,)),), ""),
            Statement((Part("Moved", (true, moved)),)),
            Statement((Part("Elsewhere", (elsewhere,)),)),
            Statement((Part("Uncited"),)),
        ),
        (),
    )

    answer = write(draft, ASKED, graph).answer

    assert answer.text.startswith("True [1]\n\n")
    assert len(answer.citations) == 1
    assert len(answer.gaps) == 3


def test_when_no_claim_stands_the_answer_says_so(graph: KnowledgeGraph) -> None:
    invented = Evidence("ai-force", "ai-force#0", Span(0, 5), "Never")
    draft = Draft(
        (note("What happened:", ""), Statement((Part("Invented", (invented,)),))), (note("No evidence.", ""),)
    )

    answer = write(draft, ASKED, graph).answer

    assert answer.text == "No evidence.\n\nRests on no source; as of 31 December 2024."
    assert answer.citations == ()
    assert "No evidence." in answer.gaps


def test_drafts_that_come_one_by_one_make_the_same_answer_as_all_at_once(graph: KnowledgeGraph) -> None:
    first = Statement((Part("In force", (quoting(graph, "ai-force", "entered into force"),)), Part(".")))
    second = Statement((Part("Adopted", (quoting(graph, "ai-adopted", "the Council adopted"),)), Part(".")))
    gone = Statement((Part("Gone", (Evidence("nowhere", "nowhere#0", Span(0, 1), "x"),)),))
    drafts = [
        Draft((note("In short:", ""),), (note("Nothing.", ""),)),
        Draft((first, gone), (), ("One tool failed.",)),
        Draft((second,), ()),
    ]
    writer = Writer(ASKED, graph)

    pieces = [piece for draft in drafts for piece in writer.add(draft)]
    end = writer.finish()

    assert "".join((*pieces, *end.pieces)) == end.answer.text
    assert end.answer.text.startswith("In short: In force [1]. Adopted [2].\n\nRests on 2 sources")
    together = write(writer.draft, ASKED, graph)
    assert together.answer.text == end.answer.text
    assert together.checked == end.checked
    assert [one.content_hash is None for one in end.checked.read] == [False, True, False]
    assert end.checked.passages[0].text.startswith("The Artificial Intelligence Act entered")
