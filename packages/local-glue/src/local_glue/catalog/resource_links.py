"""Resource links: databases and tables that only name another one, which is read and changed through them.

Source: "Resource link handling in AWS Glue APIs" in the Lake Formation developer guide.
"""

from local_glue.api.errors import EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.names import key_of
from local_glue.store import Documents

_TARGETS = {"TargetTable": ("DatabaseName", "Name"), "TargetDatabase": ("DatabaseName",)}
# What stays the link's own when its target is read through it.
_OWN = {"Name", "DatabaseName", "CatalogId", "CreateTime", *_TARGETS}


def is_link(entry: Json) -> bool:
    """Return whether a database or table only names another one."""
    return any(name in entry for name in _TARGETS)


def follow(documents: Documents, kind: str, entry: Json) -> Json:
    """Return the database or table that a link means; others unchanged.

    Raises:
        EntityNotFoundException: what the link means is not there.
    """
    if not is_link(entry):
        return entry
    target = _target(documents, kind, entry)
    if target is None:
        name = [entry["Name"], *_names(entry)][-1]  # a target may be without any name
        raise EntityNotFoundException(f"{kind.capitalize()} {name} not found.")
    return target


def read_through(documents: Documents, kind: str, entry: Json) -> Json:
    """Return a link with its target's properties, or alone when that can't be seen; others unchanged."""
    target = _target(documents, kind, entry) if is_link(entry) else None
    return {**entry, **{name: value for name, value in (target or {}).items() if name not in _OWN}}


def for_target(changed: Json, target: Json) -> Json:
    """Turn the definition that was meant for a link into one for its target."""
    kept = {name: value for name, value in changed.items() if name not in _TARGETS}
    return {**kept, "Name": target["Name"]}


def require_target(definition: Json) -> None:
    """Check that the definition of a link names what it stands for.

    Raises:
        InvalidInputException: it does not.
    """
    for member, names in _TARGETS.items():
        found = definition.get(member, dict.fromkeys(names))
        if missing := [name for name in names if name not in found]:
            raise InvalidInputException(f"{member} must have {' and '.join(missing)}.")


def _target(documents: Documents, kind: str, link: Json) -> Json | None:
    """Return what a link means; None when it is not in this account and region, or only a link itself."""
    scope, identifier = documents.scope, _identifier(link)
    if identifier.get("CatalogId", scope.account) != scope.account:
        return None
    if identifier.get("Region", scope.region) != scope.region:
        return None
    names = _names(link)
    found = documents.get(kind, key_of(*names) if len(names) > 1 else names[0])
    return found if found and not is_link(found) else None


def _names(link: Json) -> list[str]:
    identifier = _identifier(link)
    return [identifier[name].lower() for name in ("DatabaseName", "Name") if name in identifier]


def _identifier(link: Json) -> Json:
    found: Json = next(link[name] for name in _TARGETS if name in link)
    return found
