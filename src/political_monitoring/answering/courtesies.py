"""Messages that ask nothing of the collection: greetings, thanks, and what one can ask. Pure."""

import re
from enum import StrEnum


class Courtesy(StrEnum):
    """What such a message is."""

    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"


_FORMS: dict[Courtesy, dict[str, str]] = {
    Courtesy.GREETING: {
        "en": r"(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings)(?: there| again| everyone)?",
        "de": r"(?:hallo|guten (?:morgen|tag|abend)|moin|servus|grüß gott|grüezi)(?: zusammen| nochmal)?",
    },
    Courtesy.THANKS: {
        "en": r"(?:(?:ok(?:ay)?|great|super|perfect|good|nice|fine|no|that'?s all|that is all)[,.! ]+)*"
        r"(?:(?:many )?thanks(?: (?:a lot|so much|very much))?|thank you(?: (?:so|very) much)?|thx|cheers|"
        r"good ?bye|bye|great|perfect)(?: for (?:your|the|that) (?:help|answer|information)| for that)?",
        "de": r"(?:(?:ok(?:ay)?|super|gut|perfekt|prima|nein|das war'?s)[,.! ]+)*"
        r"(?:(?:vielen |besten |herzlichen )?danke?(?: schön| sehr| dir| ihnen)?|alles klar|tschüss|"
        r"auf wiedersehen|prima|perfekt)(?: für (?:die|deine|ihre) (?:hilfe|antwort|auskunft))?",
    },
    Courtesy.HELP: {
        "en": r"(?:please )?(?:help(?: me)?|what (?:can|do) you (?:do|know|offer|answer|cover)(?: for me)?|"
        r"how can you help(?: me)?|what can i ask(?: you)?|who are you|what are you|how do(?:es)? (?:this|you) work|"
        r"what is this|what (?:documents|sources|data) do you have|what is in (?:the|your) (?:collection|database))",
        "de": r"(?:bitte )?(?:hilfe|hilf mir|was (?:kannst|können) (?:du|sie)(?: alles)?(?: für mich)?(?: tun)?|"
        r"was (?:kann|darf) ich (?:dich |sie )?fragen|wer (?:bist du|sind sie)|was (?:bist du|sind sie)|"
        r"wie funktioniert (?:das|du|dies)|womit (?:kannst du|können sie)(?: mir)? helfen|was weißt du|"
        r"welche (?:dokumente|quellen|daten) (?:hast du|haben sie|gibt es))",
    },
}
_COMPILED = [
    (courtesy, language, re.compile(rf"[\s]*(?:{form})[\s.!?,)(:;-]*", re.IGNORECASE))
    for courtesy, forms in _FORMS.items()
    for language, form in forms.items()
]


def courtesy_of(text: str) -> Courtesy | None:
    """Which courtesy a whole message is; None when it asks something."""
    return next((one for one, _, form in _COMPILED if form.fullmatch(text)), None)


def courtesy_language(text: str) -> str | None:
    """ "en" or "de" for a courtesy; None for what is none."""
    return next((language for _, language, form in _COMPILED if form.fullmatch(text)), None)
