"""What a page prints behind a thread: the comment form, other posts, the sidebar."""

import re

# one pattern a line; each stands at the beginning of a line of the page, and begins with three plain characters
_ENGLISH = r"""
leave (?:a|your|us a) (?:reply|comment|response|message)
leave (?:reply|comment)
post (?:a|your|new) (?:new )?comment
post a reply
add (?:a|your|new) (?:new )?(?:comment|reply|thought)
add comment
submit (?:a |your )?comment
write a (?:comment|reply)
join the (?:discussion|conversation)
have your say
speak your mind
your (?:email|e-mail) address
you must be logged in
you must (?:log|sign) in
log in or register
sorry, (?:the )?comment
comments? (?:are|is) (?:now )?closed
commenting is closed
fill in your details
previous (?:post|entry|article)\W*(?:$|: )
next (?:post|entry|article)\W*(?:$|: )
post navigation
related(?: (?:posts?|articles?|stories|content|reading))?:?$
recent (?:posts|comments|entries)
newer posts?\W*$
older posts?\W*$
subscribe to:?\s(?:post comments|comments)
links to this post
back to top
powered by
this entry was posted
filed under
you may also like
you might also
about the author\W*$
sign up\W*$
categories:?$
archives:?$
blogroll\W*$
search for:
notify me of
follow comments
create a link
home$
"""
_GERMAN = r"""
schreiben? sie einen kommentar
schreibe? (?:hier )?(?:einen|deinen|uns einen) kommentar
kommentar (?:verfassen|schreiben|hinterlassen|abgeben|hinzufügen)
kommentieren$
einen (?:neuen )?kommentar (?:schreiben|hinterlassen|verfassen|hinzufügen)
neuen kommentar (?:schreiben|hinterlassen|verfassen|hinzufügen)
hinterlassen? (?:sie |uns )?(?:einen|deinen) kommentar
hinterlasse eine antwort
eine antwort (?:schreiben|hinterlassen)
antwort (?:verfassen|hinterlassen|schreiben|abbrechen)
deine (?:e-mail|meinung|antwort)
ihre (?:e-mail|meinung)
dein kommentar
ihr kommentar
du musst (?:dich|angemeldet|eingeloggt)
sie müssen (?:sich|angemeldet)
kommentare? (?:sind|ist) (?:derzeit |zurzeit )?geschlossen
die kommentarfunktion
trage deine daten
gib hier deinen
mehr von$
ähnliche (?:beiträge|artikel)
neueste (?:beiträge|kommentare)
letzte kommentare
kategorien:?$
archive?:?$
beitragsnavigation
das könnte (?:dich|sie|ihnen) auch
verwandte artikel
vorheriger (?:beitrag|artikel)\W*(?:$|: )
nächster (?:beitrag|artikel)\W*(?:$|: )
wir freuen uns auf
e-mail-benachrichtigung
"""
_SPANISH = r"""
dej[ae]r? (?:una|un|tu|su) (?:respuesta|comentario)
publicar un comentario
escrib[ea] un comentario
añadir (?:un )?(?:nuevo )?comentario
agregar (?:un )?(?:nuevo )?comentario
comentar$
haz un comentario
tu (?:dirección de correo|correo|comentario|respuesta)
su dirección
introduce tus datos
los comentarios están cerrados
comentarios cerrados
entradas? (?:recientes|relacionadas|anterior|siguiente|más)
comentarios recientes
artículos relacionados
categorías:?$
archivos:?$
navegación de entradas
suscribirse a
debes (?:estar|iniciar)
tienes que
"""
_FRENCH = r"""
laisse[rz]? (?:un|votre|une) (?:commentaire|réponse|message)
poster un commentaire
ajouter un commentaire
écrire un commentaire
publier un commentaire
enregistrer un commentaire
commenter$
votre (?:adresse|e-mail|commentaire|message)
saisissez vos
entrez vos
les commentaires sont fermés
commentaires fermés
articles? (?:récents|similaires|précédent|suivant|liés)
commentaires récents
catégories:?$
navigation (?:de|des)\s
vous devez
dans la même rubrique
un message, un commentaire
"""
_PHRASES = (_ENGLISH + _GERMAN + _SPANISH + _FRENCH).strip("\n").replace("\n\n", "\n").split("\n")
_OPENING_LENGTH = 3
# asked of each line of a page: a look at its first characters spares nearly all of them the patterns
_BY_OPENING = {
    opening: re.compile("|".join(phrase for phrase in _PHRASES if phrase.startswith(opening)))
    for opening in sorted({phrase[:_OPENING_LENGTH] for phrase in _PHRASES})
}
# what browsers print for the fields and buttons of a form, in any language
_BOXES = re.compile(r"(?:\[[ _]{1,99}\]|_{6,}|\[[^\]\n]{1,30}\]$|\(BUTTON\))|©|\(c\) (?:19|20)\d\d")
_MARKS = re.compile(r"\W{1,4}")
_ENDING_LINE = re.compile(rf"^[^\w\n]{{0,4}}(?:{'|'.join(_PHRASES)})", re.IGNORECASE | re.MULTILINE)
LONGEST_ENDING = 160
_SHORT_REST = 24
_LONG_REST = 80  # longer, or a long sentence, is what somebody wrote


def ends_thread(words: str) -> bool:
    """Say whether a line, not indented, heads what a page prints behind a thread: the form, other posts, the sidebar.

    >>> ends_thread("Schreibe einen Kommentar"), ends_thread("I leave a comment")
    (True, False)
    """
    if words[:1] in "[_©(" and _BOXES.match(words):
        return True
    marks = None if words[:1].isalnum() else _MARKS.match(words)
    first = marks.end() if marks else 0
    pattern = _BY_OPENING.get(words[first : first + _OPENING_LENGTH].lower())
    if pattern is None or len(words) > LONGEST_ENDING:
        return False
    match = pattern.match(words.lower(), first)
    if match is None:
        return False
    rest = words[match.end() :].rstrip()
    return len(rest) <= _SHORT_REST or (len(rest) <= _LONG_REST and not rest.endswith((".", "!", "?", "…")))


def find_ending(page: str, start: int) -> int | None:
    """Return where the first such line from `start` on begins, None where there is none."""
    match = _ENDING_LINE.search(page, start)
    return match.start() if match else None
