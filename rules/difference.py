"""What sets two packs apart, as one line each."""

from __future__ import annotations

from rules.pack import Pack


def differences(before: Pack, after: Pack) -> list[str]:
    """Rules added (+), removed (-) and changed (~) by id, then the settings; empty where the packs are the same."""
    old, new = ({rule.id: rule for rule in pack.rules} for pack in (before, after))
    lines = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            lines.append(f"+ {name}: version {new[name].version}, weight {new[name].weight:g}")
        elif name not in new:
            lines.append(f"- {name}: version {old[name].version}, weight {old[name].weight:g}")
        elif old[name].digest != new[name].digest:
            lines.append(f"~ {name}: {_what(old[name].version, new[name].version, old[name].weight, new[name].weight)}")
    if before.settings_digest != after.settings_digest:
        lines.append(f"~ pack.yaml: version {before.version} -> {after.version}")
    return lines


def _what(version: int, version_after: int, weight: float, weight_after: float) -> str:
    raised = f"version {version} -> {version_after}"
    return raised if weight == weight_after else f"{raised}, weight {weight:g} -> {weight_after:g}"
