"""What counts as one word of a text: letters and digits, or the tokens of tweets; and the words of a hashtag."""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import as_file, files

from stance.errors import InputError, did_you_mean

TOKENS = ("words", "tweets")
HASHTAG = re.compile(r"#(\w+)")
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])")
EXTRA = 'pip install "stance-threads[tweets]"'


def tokens_of_tweets(text: str) -> list[str]:
    """Return the tokens of a text by NLTK's TweetTokenizer: hashtags, handles, addresses and emoticons stay whole.

    A letter that is repeated more often than thrice stands thrice. `#noferry` is another word than `noferry`.

    >>> tokens_of_tweets("@reader_1 nooooo :-) #NoFerry")
    ['@reader_1', 'nooo', ':-)', '#NoFerry']
    """
    return _tweet_tokenizer()(text)


def split_hashtags(text: str) -> str:
    """Return a text whose hashtags are words: parted at capitals, else where English words are likeliest to end.

    For encoders that have read whole words. SymSpell finds the words of what is written small; it knows English
    only, and of other languages makes pieces.

    >>> split_hashtags("So late #WhyImNotTakingTheFerry #nomoreferries")
    'So late Why Im Not Taking The Ferry no more ferries'
    """
    return HASHTAG.sub(lambda found: _words_of_hashtag(found[1]), text)


def _words_of_hashtag(word: str) -> str:
    if CAPITAL.search(word):
        return CAPITAL.sub(" ", word)
    return _segmenter()(word) if word.isascii() else word


def check_hashtags(split: bool) -> None:
    """Raise InputError if hashtags are to be split and what that needs is not installed."""
    if split:
        _segmenter()


def check_tokens(tokens: str) -> None:
    """Raise InputError unless `tokens` is known and what it needs is installed."""
    if tokens not in TOKENS:
        hint = did_you_mean(tokens, TOKENS)
        raise InputError(f"classifier.tokens: expected one of {list(TOKENS)}, found {tokens!r}.{hint}")
    if tokens == "tweets":
        _tweet_tokenizer()


@cache
def _tweet_tokenizer() -> Callable[[str], list[str]]:
    try:
        from nltk.tokenize.casual import TweetTokenizer
    except ImportError:
        raise InputError(
            f"classifier.tokens: expected NLTK to be installed for 'tweets', found it missing; {EXTRA}"
        ) from None
    tokenize: Callable[[str], list[str]] = TweetTokenizer(reduce_len=True).tokenize
    return tokenize


@cache
def _segmenter() -> Callable[[str], str]:
    try:
        from symspellpy import SymSpell
    except ImportError:
        raise InputError(
            f"classifier.split_hashtags: expected symspellpy to be installed, found it missing; {EXTRA}"
        ) from None
    words = SymSpell(max_dictionary_edit_distance=0)  # nothing is corrected
    with as_file(files("symspellpy") / "frequency_dictionary_en_82_765.txt") as path:
        words.load_dictionary(str(path), term_index=0, count_index=1)
    return lambda word: words.word_segmentation(word.lower(), max_edit_distance=0).segmented_string
