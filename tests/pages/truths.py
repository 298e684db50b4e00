"""What a truth file holds of a thread: words and names only as hashes."""

from hashlib import sha256


def hashed(words):
    return None if words is None else sha256(words.encode()).hexdigest()[:12]


def seen(thread):
    place = {comment.comment_id: number for number, comment in enumerate(thread.comments)}
    return [
        {
            "author": hashed(comment.author),
            "published": comment.published,
            "parent": place.get(comment.parent_id),
            "kind": comment.kind,
            "first": hashed(" ".join(comment.text.split()[:3])),
            "last": hashed(" ".join(comment.text.split()[-3:])),
        }
        for comment in thread.comments
    ]
