"""What of an outline has changed: which sections are to be written anew, are new, or go."""

from __future__ import annotations

from citewright.model.brief import Outline
from citewright.refresh.causes import Cause


def outline_cause(old: Outline, new: Outline) -> Cause | None:
    """Why an article of the old outline is not one of the new; None where it still is.

    A section whose specification is another one is to be written anew. New sections, those that
    go, and another order leave the others as they are.
    """
    was, now = ({spec.id: spec for spec in one.drafted} for one in (old, new))
    altered = tuple(name for name in now if name in was and now[name] != was[name])
    kept_before = [name for name in was if name in now]
    kept_now = [name for name in now if name in was]
    said = [
        _said("asks otherwise for", altered),
        _said("has the new", [name for name in now if name not in was]),
        _said("has no more the", [name for name in was if name not in now]),
        "has another order" if kept_before != kept_now else "",
    ]
    told = [one for one in said if one]
    if not told:
        return None
    return Cause("outline", f"The outline {'; '.join(told)}.", sections=altered)


def _said(verb: str, names: tuple[str, ...] | list[str]) -> str:
    if not names:
        return ""
    return f"{verb} section{'s' if len(names) > 1 else ''} {', '.join(names)}"
