"""Meaning flags: raised where the meaning may have changed, silent where only the words did."""

from __future__ import annotations

import pytest

from citewright.diff import flags


def kinds(old: str, new: str) -> set[str]:
    return {flag.kind for flag in flags(old, new)}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("It fell by 3.5 beats.", "It fell by 3.7 beats.", "number"),
        ("Groups of twelve met.", "Groups of ten met.", "number"),
        ("It fell from 12 to 8.", "It fell from 8 to 12.", "number"),
        ("The change was -0.5.", "The change was 0.5.", "number"),
        ("A difference (p < .05).", "A difference (p > .05).", "number"),
        ("At least two weeks are needed.", "At most two weeks are needed.", "number"),
        ("The PHQ-9 was used.", "The PHQ-2 was used.", "number"),
        ("The dose is 10⁵ units.", "The dose is 10⁶ units.", "number"),
        ("It takes eight weeks.", "It takes eight months.", "unit"),
        ("A rise of 5%.", "A rise of 5 points.", "unit"),
        ("Take 20 mg at night.", "Take 20 g at night.", "dose"),
        ("Take 20 mg at night.", "Take 40 mg at night.", "dose"),
        ("Take one tablet twice daily.", "Take one tablet once daily.", "dose"),
        ("Reviewed in 2019.", "Reviewed in 2021.", "date"),
        ("Since 5 May 2020.", "Since 5 June 2020.", "date"),
        ("Since 31 January.", "Since 30 January.", "date"),
        ("A 3 d course.", "A 3 h course.", "unit"),
        ("It is not safe.", "It is safe.", "negation"),
        ("It can help.", "It can't help.", "negation"),
        ("Given with a rest.", "Given without a rest.", "negation"),
        ("An effective course.", "An ineffective course.", "negation"),
        ("Those who did not rest were fed.", "Those who did rest were not fed.", "negation"),
        ("For a fall.", "For one or more falls.", "number"),
        ("For two or more falls.", "For two falls.", "number"),
        ("Those aged 18 years or older.", "Those aged 18 years or younger.", "number"),
        ("It may help.", "It helps.", "hedging"),
        ("Screening of staff only may help.", "Screening of staff may help.", "hedging"),
        ("Rest is compulsory.", "Rest is common.", "hedging"),
        ("Ideally it is taken twice.", "It is taken twice.", "hedging"),
        ("Given in hospital.", "Given at home.", "population"),
        ("This suggests a benefit.", "This proves a benefit.", "hedging"),
        ("You should rest.", "You must rest.", "hedging"),
        ("For adults only.", "For adolescents only.", "population"),
        ("Women slept longer than men.", "Men slept longer than women.", "population"),
        ("For people with depression.", "For people with psychosis.", "population"),
        ("Tea causes calm.", "Tea is associated with calm.", "causal language"),
        ("Tea reduces the pulse.", "Tea raises the pulse.", "causal language"),
    ],
)
def test_a_change_of_meaning_is_flagged_in_both_directions(old: str, new: str, kind: str):
    assert kind in kinds(old, new)
    assert kind in kinds(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It takes 12 weeks.", "It is a 12-week course."),
        ("Twenty-five people came.", "25 people came."),
        ("Two percent slept.", "2 % slept."),
        ("1,200 people came.", "1200 people came."),
        ("Two million people came.", "2 million people came."),
        ("d = .45", "d = 0.45"),
        ("On 5 May 2020 it began.", "On May 5, 2020, it began."),
        ("It isn't new.", "It is not new."),
        ("Not only tea but also rest helps.", "Tea and rest help."),
        ("Tea might help.", "Tea may help."),
        ("This indicates calm.", "This suggests calm."),
        ("Children slept.", "The child slept."),
        ("Tea lowers the pulse.", "Tea reduces the pulse."),
        ("Figure 1C shows tea.", "Figure 1D shows tea."),
        ("1. Tea", "2. Tea"),
        ("It was 39 ºC.", "It was 39 °C."),
        ("One finds tea there.", "Tea is found there."),
        ("Tea or more rest.", "Tea or rest."),
        ("Tea helps (https://tea.org/2016/not-30).", "Tea helps."),
        ("Seen in study no. 5.", "Seen in study 5."),
        ("Results are shown in Table 2.", "Results are given in Table 2."),
        ("Rest to control the pulse.", "Rest to steady the pulse."),
        ("Each individual article was read.", "Each article was read."),
        ("The best possible score is low.", "The best score is low."),
        ("The N-linked form.", "The form bound to N."),
        ("The volunteers rested quietly.", "Quietly, the volunteers rested."),
    ],
)
def test_the_same_in_other_words_is_not_flagged(old: str, new: str):
    assert kinds(old, new) == set()


def test_a_flag_names_what_is_gone_and_what_is_new():
    (flag,) = flags("It takes eight weeks.", "It takes nine weeks.")
    assert (flag.removed, flag.added) == (("8",), ("9",))


def test_a_dose_is_flagged_with_its_unit():
    dose = next(flag for flag in flags("Take 20 mg.", "Take 20 mcg.") if flag.kind == "dose")
    assert (dose.removed, dose.added) == (("20 mg",), ("20 mcg",))
