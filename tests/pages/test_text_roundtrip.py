"""parse(render(thread)) == thread, for text dumps in every order, language and kind of list."""

import io
from datetime import datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from stance.pages.text_dump import parse
from tests.pages.months import MONTHS

WORDS = {
    "en": [
        "the",
        "ferry",
        "was",
        "late",
        "and",
        "nobody",
        "on",
        "quay",
        "knew",
        "why",
        "it",
        "had",
        "stayed",
        "out",
        "so",
        "long",
        "today",
    ],
    "de": [
        "die",
        "Fähre",
        "kam",
        "spät",
        "und",
        "niemand",
        "am",
        "Kai",
        "wusste",
        "warum",
        "sie",
        "heute",
        "so",
        "lange",
        "draußen",
        "blieb",
    ],
    "es": [
        "el",
        "barco",
        "llegó",
        "tarde",
        "y",
        "nadie",
        "en",
        "el",
        "muelle",
        "supo",
        "por",
        "qué",
        "tardó",
        "tanto",
        "hoy",
    ],
    "fr": [
        "le",
        "bac",
        "est",
        "arrivé",
        "tard",
        "et",
        "personne",
        "sur",
        "le",
        "quai",
        "ne",
        "savait",
        "pourquoi",
        "ce",
        "jour",
    ],
}
SAYS = {"en": "says:", "de": "sagt:", "es": "dijo:", "fr": "a dit :"}
REPLY = {"en": "Reply", "de": "Antworten", "es": "Responder", "fr": "Répondre"}
ON = {"en": ("on", "at"), "de": ("am", "um"), "es": ("el", "a las"), "fr": ("le", "à")}
HEADINGS = {"en": "{} Responses", "de": "{} Kommentare", "es": "{} comentarios", "fr": "{} commentaires"}
FORMS = {
    **{"en": "Leave a Reply", "de": "Schreibe einen Kommentar"},
    **{"es": "Deja una respuesta", "fr": "Laisser un commentaire"},
}
ORDERS = (
    "{name} {says}\n\n{date}\n\n{text}\n\n{reply}",
    "{name} {says}\n\n{text}\n\n{date}",
    "{text}\n\n{name}\n\n{date}",
    "{name}\n{date}\n\n{text}",
    "{name} {on} {date}\n\n{text}",
    "{on} {date} {name} {says}\n\n{text}\n\n{reply}",
    "{text}\n\n{name} | {date}",
)


def shown(moment, language):
    month, at = MONTHS[language][moment.month - 1], ON[language][1]
    if language == "en":
        return (
            f"{month} {moment.day}, {moment.year} {at} {moment.hour % 12 or 12}:{moment:%M} {moment:%p}".lower().title()
        )
    stop = "." if language == "de" else ""
    return f"{moment.day}{stop} {month} {moment.year} {at} {moment:%H:%M}"


@st.composite
def threads(draw):
    """Comments as (author, moment, paragraphs, depth), each a reply to the last one that is one step less deep."""
    language = draw(st.sampled_from(sorted(WORDS)))
    word = st.sampled_from(WORDS[language])
    paragraph = st.lists(word, min_size=4, max_size=30).map(lambda words: " ".join(words).capitalize() + ".")
    nested = draw(st.booleans())
    comments, depth = [], 0
    moment = draw(st.datetimes(datetime(2003, 1, 1), datetime(2030, 1, 1)))
    for place in range(draw(st.integers(1, 8))):
        depth = draw(st.integers(0, min(depth + 1, 4))) if nested and place else 0
        moment += timedelta(minutes=draw(st.integers(1, 100_000)))
        paragraphs = draw(st.lists(paragraph, min_size=1, max_size=4))
        comments.append((f"reader-{draw(st.integers(1, 99))}", moment, paragraphs, depth))
    return language, nested, comments


def render(language, comments, order, is_list):
    heading = HEADINGS[language].format(len(comments))
    lines = ["A page about a ferry and the sea", "", "It was a long week on the quay.", "", heading, ""]
    counts = [0] * 6
    for author, moment, paragraphs, depth in comments:
        entry = order.format(
            name=author, says=SAYS[language], date=shown(moment, language), on=ON[language][0],
            reply=REPLY[language], text="\n\n".join(paragraphs),
        )  # fmt: skip
        counts[depth] += 1
        counts[depth + 1 :] = [0] * (5 - depth)
        margin = " " * (2 * depth + 4 if is_list else 0)
        entry_lines = [margin + line if line else "" for line in entry.split("\n")]
        if is_list:
            entry_lines[0] = f"{' ' * (2 * depth + 2)}{counts[depth]}. {entry_lines[0].strip()}"
        lines += [*entry_lines, ""]
    return "\n".join([*lines, FORMS[language], ""])


@given(threads(), st.sampled_from(ORDERS), st.booleans())
def test_rendered_thread_is_read_back(thread, order, is_list):
    language, nested, comments = thread
    ends = [(author, paragraphs[-1]) for author, _, paragraphs, _ in comments]
    assume(len(set(ends)) == len(ends))  # what recurs with its author is his signature
    (read,) = parse(io.BytesIO(render(language, comments, order, is_list or nested).encode()), "dump.txt")
    expected, path = [], []
    for place, (author, moment, paragraphs, depth) in enumerate(comments):
        path[depth:] = [place]
        expected.append(
            (author, f"{moment:%Y-%m-%dT%H:%M}", "\n\n".join(paragraphs), path[depth - 1] if depth else None)
        )
    places = {comment.comment_id: place for place, comment in enumerate(read.comments)}
    assert [(c.author, c.published, c.text, places.get(c.parent_id)) for c in read.comments] == expected
    assert read.declared == len(comments)
    assert read.text == "It was a long week on the quay."
