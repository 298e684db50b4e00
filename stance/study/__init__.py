"""Studies: folders of seeds. In: a card, pages, annotations. Out: a `Study`, its votes, agreement, sheets, reviews."""

from stance.study._card import ANNOTATOR_KINDS, DataStatement, PageCard, StudyCard, read_card
from stance.study._study import Study, read_study

__all__ = ["ANNOTATOR_KINDS", "DataStatement", "PageCard", "Study", "StudyCard", "read_card", "read_study"]
