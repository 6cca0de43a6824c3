"""Roll calls in the forms of both chambers of the US Congress, with members that are given."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, slots=True)
class RollCall:
    """A vote: `measure` as the chamber writes it ("H R 1503", "S. 5"), `votes` from how to by whom.

    A member is (name, party, state): ("Lee (PA)", "D", "PA").
    """

    measure: str
    day: dt.date
    number: int
    title: str
    votes: Mapping[str, Sequence[tuple[str, str, str]]]
    question: str = "On Motion to Suspend the Rules and Pass"
    result: str = "Passed"
    congress: int = 119

    def house(self) -> bytes:
        """As the Clerk of the House publishes it."""
        votes = "".join(
            f"<recorded-vote><legislator party={quoteattr(party)} state={quoteattr(state)}>{escape(name)}</legislator>"
            f"<vote>{escape(how)}</vote></recorded-vote>"
            for how, members in self.votes.items()
            for name, party, state in members
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rollcall-vote><vote-metadata>'
            f"<congress>{self.congress}</congress><session>1st</session>"
            f"<rollcall-num>{self.number}</rollcall-num><legis-num>{self.measure}</legis-num>"
            f"<vote-question>{self.question}</vote-question><vote-result>{self.result}</vote-result>"
            f"<action-date>{self.day:%-d-%b-%Y}</action-date><vote-desc>{escape(self.title)}</vote-desc>"
            f"</vote-metadata><vote-data>{votes}</vote-data></rollcall-vote>"
        ).encode()

    def senate(self) -> bytes:
        """As the Secretary of the Senate publishes it."""
        members = "".join(
            f"<member><member_full>{escape(name)} ({party}-{state})</member_full>"
            f"<vote_cast>{escape(how)}</vote_cast></member>"
            for how, some in self.votes.items()
            for name, party, state in some
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<roll_call_vote>'
            f"<congress>{self.congress}</congress><session>1</session><vote_number>{self.number}</vote_number>"
            f"<vote_date>{self.day:%B %-d, %Y}, 02:54 PM</vote_date><question>{self.question}</question>"
            f"<vote_result>{self.result}</vote_result><document><document_congress>{self.congress}</document_congress>"
            f"<document_name>{self.measure}</document_name><document_title>{escape(self.title)}</document_title>"
            f"<document_short_title>{escape(self.title)}</document_short_title></document>"
            f"<members>{members}</members></roll_call_vote>"
        ).encode()
