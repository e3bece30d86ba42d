"""The language of a text is told from its commonest words, or not at all."""

from __future__ import annotations

import pytest

from rules.clarity.language import recognise


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Please be kind to the other members of this group.", "en"),
        ("Por favor, sé amable con los demás miembros del grupo.", "es"),
        ("Merci d'être gentil avec les autres membres du groupe.", "fr"),
        ("Bitte seid freundlich zu den anderen Mitgliedern der Gruppe.", "de"),
        ("Por favor, seja gentil com os outros membros do grupo. Não é permitido ofender.", "pt"),
        ("Si prega di essere gentili con gli altri membri del gruppo.", "other"),
        ("Wees alsjeblieft aardig voor de andere leden van de groep.", "other"),
        ("Будьте добры к другим участникам группы.", "other"),
        ("他のメンバーに親切にしてください。", "other"),
        ("Kindness", "unknown"),
        ("", "unknown"),
        ("!!! 123", "unknown"),
    ],
)
def test_languages_are_told_apart(text, language):
    assert recognise(text) == language
