"""Revert codes in words."""

import pytest

from agent.venues.perp_v2.reverts import SENTENCES, explain


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize(
    "form", ["{}", "execution reverted: {}", '{{"code": 3, "message": "execution reverted: {}"}}']
)
def test_explain__a_known_code_in_any_form__is_its_own_sentence(code: str, form: str) -> None:
    assert explain(form.format(code)) == f"{SENTENCES[code]} ({code})"


@pytest.mark.parametrize("said", ["", "out of gas", "CH_NEFCIX", "COLD"])
def test_explain__anything_else__is_left_as_it_is(said: str) -> None:
    assert explain(said) == said
