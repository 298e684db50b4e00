"""Classifiers without words: the same predictions, and no n-gram of the texts left."""

import pandas as pd
import pytest
import skops.io

from stance import classifiers
from stance.classifiers.words import _vectorizers, without_words

TEXTS = ["Zebulon says the ferry is late", "a joy, says Zebulon", "late and dear", "where is the timetable", "a joy!"]
LABELS = ["against", "favor", "against", "none", "favor"]
FRAME = pd.DataFrame({"text": TEXTS, "author": list("abcab"), "context": TEXTS[::-1], "target": ["the ferry"] * 5})
MAKERS = {
    "logreg": lambda: classifiers.logreg(ngrams=[1, 12]),
    "linear_svm": classifiers.linear_svm,
    "svm_ngrams": classifiers.svm_ngrams,
    "nb_svm": classifiers.nb_svm,
    "complement_nb": classifiers.complement_nb,
    "majority": classifiers.majority,
    "length_only": classifiers.length_only,
}


@pytest.mark.parametrize("name", MAKERS)
def test_it_predicts_the_same_and_holds_no_word(name):
    fitted = MAKERS[name]().fit(FRAME, LABELS)
    before = fitted_vocabulary(fitted)
    wordless = without_words(fitted)
    unseen = FRAME.assign(text=["the ferry is a joy", "late", "Zebulon!", "", "where is it"])
    for frame in (FRAME, unseen):
        assert list(wordless.predict(frame)) == list(fitted.predict(frame))
    words = (b"zebulon", b"timetable", b"zebulon says the ferry")
    assert fitted_vocabulary(fitted) == before, "the classifier itself is as it was"
    assert not [word for word in words if word in held_by(wordless)]
    assert list(without_words(wordless).predict(unseen)) == list(fitted.predict(unseen))


def fitted_vocabulary(classifier):
    return [sorted(vectorizer.vocabulary_) for vectorizer in _vectorizers(classifier, set())]


def held_by(classifier):
    """Return all bytes of a model, unpacked."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(classifier))) as packed:
        return b"".join(packed.read(name) for name in packed.namelist()).lower()


def test_with_words_they_are_there():
    fitted = classifiers.logreg(ngrams=[1, 12]).fit(FRAME, LABELS)
    assert b"zebulon says the ferry" in held_by(fitted)
