"""What a hashtag says: parted at capitals, else into English words; what is no hashtag is left as it is."""

import sys

import pytest

from stance.classifiers import embedding, finetuned, kernel
from stance.classifiers.ngrams import tokens
from stance.errors import InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#NoFerry!", "No Ferry!"),
        ("#nomoreferries", "no more ferries"),
        ("#StopFerry2016", "Stop Ferry 2016"),
        ("#BBCNews", "BBC News"),
        ("#FERRY", "ferry"),
        ("#École", "École"),  # no English word, and no capital after a small letter
        ("a #ferry #pier", "a ferry pier"),
        ("# 1, C# and noferry", "# 1, C# and noferry"),
        ("", ""),
    ],
)
def test_hashtags_are_split_into_words(text, expected):
    assert tokens.split_hashtags(text) == expected


@pytest.mark.parametrize("made", [kernel, embedding, finetuned])
def test_without_symspell_it_is_said_what_to_install(made, monkeypatch):
    monkeypatch.setitem(sys.modules, "symspellpy", None)
    tokens._segmenter.cache_clear()
    with pytest.raises(InputError) as caught:
        made(split_hashtags=True)
    assert str(caught.value) == (
        "classifier.split_hashtags: expected symspellpy to be installed, found it missing; "
        'pip install "stance-threads[tweets]"'
    )
