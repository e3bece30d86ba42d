"""What can be wrong with a pack, a rule or a fact. Messages name file, rule and reason."""

from __future__ import annotations


class RulesError(Exception):
    """Base of all errors of this room."""

    code = "rules_error"


class PackInvalid(RulesError):
    """A pack does not load: `problems` lists every one found, each "file: rule: reason"."""

    code = "pack_invalid"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class FactInvalid(RulesError):
    """A fact is not in the vocabulary or its value has the wrong type."""

    code = "fact_invalid"
