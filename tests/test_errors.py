"""The near miss that an error offers, and which errors an entry point may catch as the user's."""

import pytest

from stance.errors import InputError, ReadError, did_you_mean


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("favour", " Did you mean 'favor'?"),
        ("Against", " Did you mean 'against'?"),
        ("neutral", ""),
        ("", ""),
    ],
)
def test_the_nearest_option_is_offered_and_nothing_where_none_is_near(word, said):
    assert did_you_mean(word, iter(["against", "none", "favor"])) == said


def test_only_one_option_is_offered():
    assert did_you_mean("author_priors", ["author_prior", "author_prior2"]) == " Did you mean 'author_prior'?"


def test_a_page_that_cannot_be_read_is_an_input_error_and_that_a_value_error():
    assert issubclass(ReadError, InputError)
    assert issubclass(InputError, ValueError)
