import pytest
from django.utils import translation

from jiandi.interfaces.setup import regime_words
from jiandi.record.regimes.parts import Light, Name, Phase, Trigger

NAME = Name("集中整改", "Rectification")


def light(when: str, days: int) -> Light:
    return Light("code", "词", when, "clock", "blue", days)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "chinese", "english"),
    [
        (light("days_left", 20), "剩余20天起", "from 20 days before the due date"),
        (light("overdue", 1), "逾期后", "once overdue"),
        (light("overdue", 7), "逾期7天起", "from 7 days overdue"),
        (light("otherwise", 0), "时限尚远时", "while the due date is further away"),
        (Trigger("by_hand"), "由人决定时", "when people decide so"),
    ],
)
def test_a_moment_is_said_in_words(shown: Light | Trigger, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert regime_words.moment(shown) == chinese
    with translation.override("en"):
        assert regime_words.moment(shown) == english


def test_a_length_is_said_in_words_and_the_name_in_the_language_of_the_page() -> None:
    phase = Phase("rectify", NAME, "feedback", 6, "month")
    with translation.override("zh-hans"):
        assert (regime_words.length(phase), regime_words.named(NAME)) == ("6个月", "集中整改")
    with translation.override("en"):
        assert (regime_words.length(phase), regime_words.named(NAME)) == ("6 months", "Rectification")
