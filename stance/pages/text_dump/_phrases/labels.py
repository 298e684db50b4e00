"""What a page prints around comments, which is nobody's words: buttons, links, counters, badges, a ping's label."""

import re

_REPLY = (
    r"reply(?: to (?:this|[^|]{1,40}))?|reply with quote|respond|log in to (?:reply|leave a comment)|replies|"
    r"antwort(?:en)?(?: auf [^|]{1,40})?|auf diesen kommentar antworten|(?:zum antworten )?anmelden(?: zum antworten)?|"
    r"melde dich an,? um zu antworten|kommentar antworten|zitieren|zitat|"
    r"responder(?: a [^|]{1,40})?|respuestas|contestar|(?:acceder?|inicia sesión|identifícate) para responder|citar|"
    r"répondre(?: à [^|]{1,40})?|réponses?|citer|(?:connectez-vous|identifiez-vous) pour répondre|signaler"
)
_LIKES = (
    r"like|likes|liken|unlike|dislike|gefällt(?: mir| das| \d+ (?:mal|person(?:en)?))?|me gusta|j[’']aime|"
    r"liked by (?:\d+|you|one)(?: (?:person|people|others?|and))*|(?:le gusta|les gusta) a \d+(?: personas?)?|"
    r"a \d+ personas? les? gusta(?: esto)?|aimé par \d+ personnes?|(?:people|person) likes? this|"
    r"rate this|i rate this|loading(?:\.{3}|…)?|lade(?:n|\.{3}|…)?|wird geladen(?:\.{3}|…)?|cargando(?:\.{3}|…)?|"
    r"chargement(?:\.{3}|…)?|daumen (?:hoch|runter)|thumbs? (?:up|down)|vote (?:up|down)|upvote|downvote|helpful|"
    r"votes?|total votes:|you must be logged in to vote"
)
_LINKS = (
    r"quote|permalink|permanent link|permalien|enlace permanente|link|perma|edit|edit this|edit comment|bearbeiten|"
    r"editar|modifier|delete|löschen|eliminar|supprimer|share|share this|teilen|compartir|partager|report(?: (?:abuse|"
    r"comment|this comment|spam))?|(?:kommentar )?melden|reportar|denunciar|flag|hide|show|collapse|expand|translate|"
    r"(?:back to )?top|nach oben|arriba|haut de page|view comment|view all comments by .{1,40}|twitter|facebook|email|"
    r"website|homepage|webseite|moderieren|view (?:at|on) \S{3,60}|copy link|link kopieren|more|print"
)
_BADGES = (
    r"avatar(?: (?:for|von|de|of) .{1,50})?|gravatar|(?:profil)?bild von .{1,40}|"
    r"profile (?:photo|picture)(?: of .{1,40})?|photo de .{1,40}|(?:post|article|blog|site) author|author|"
    r"beitragsautor(?:in)?|autor(?:in)?|autor de la entrada|autor del artículo|auteur(?: de l[’']article)?|"
    r"stars?|sterne?|estrellas?|étoiles?|"
    r"(?:your|this) comment is awaiting moderation\.?|dein kommentar (?:wartet auf|muss noch).{0,40}|"
    r"tu comentario está pendiente.{0,40}|votre commentaire est en attente.{0,40}|anonymous user|guest|verified buyer"
)
_GLUE = r"[\s|•·/,()\[\]#↓↑↵«»→←∞¶§×+\d-]"
_LABEL = re.compile(
    rf"{_GLUE}*+(?:(?:{_REPLY}|{_LIKES}|{_LINKS}|{_BADGES})(?:{_GLUE}++|$|(?=like|gefällt|me gusta|j[’']aime)))++"
)
_COUNTER = re.compile(r"[\s|•·/,()\[\]#↓↑↵«»→←∞¶§×_=*~-]*+(?:\d{1,5}[\s|•·)\].:#-]*+)?")


def is_label(words: str) -> bool:
    """Say whether a line is nothing but what a page prints around comments: Reply, Like, Permalink, #12.

    >>> is_label("Antworten ↓"), is_label("LikeLike"), is_label("I like it")
    (True, True, False)
    """
    if len(words) > 80:
        return False
    return _LABEL.fullmatch(words.lower()) is not None or _COUNTER.fullmatch(words) is not None


_PING = re.compile(
    r"(?:pingback|trackback|ping|rétrolien)(?:[ \xa0](?:by|from|von|de|par|por))?(?:[ \xa0]*:[ \xa0]*|[ \xa0]+)(?=\S)"
)
_PING_STARTS = frozenset("ptrPTR")


def ping_label_length(words: str) -> int:
    """Return the length of the label before a ping's title, 0 where the words begin no ping.

    >>> ping_label_length("Pingback: A title | A blog"), ping_label_length("Ping me")
    (10, 0)
    """
    ping = _PING.match(words.lower()) if words[:1] in _PING_STARTS else None
    return ping.end() if ping and (":" in ping[0] or " " in ping[0].strip()) else 0
