"""What counts as one word of a text: letters and digits, or the tokens of short messages."""

from collections.abc import Callable
from functools import cache

from stance.errors import InputError, did_you_mean

TOKENS = ("words", "tweets")
EXTRA = 'pip install "stance-threads[tweets]"'


def tokens_of_tweets(text: str) -> list[str]:
    """Return the tokens of a text by NLTK's TweetTokenizer: hashtags, handles, addresses and emoticons stay whole.

    A letter that is repeated more often than thrice stands thrice. `#noferry` is another word than `noferry`.

    >>> tokens_of_tweets("@reader_1 nooooo :-) #NoFerry")
    ['@reader_1', 'nooo', ':-)', '#NoFerry']
    """
    return _tweet_tokenizer()(text)


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
