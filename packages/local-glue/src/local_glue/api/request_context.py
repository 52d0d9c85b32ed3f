"""What an operation gets besides its input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_glue.store import Documents, Scope

if TYPE_CHECKING:
    from local_glue.crawlers.manager import CrawlManager
    from local_glue.runs.manager import RunManager
    from local_glue.sessions.manager import SessionManager


@dataclass(frozen=True)
class RequestContext:
    """One request: who asks, when, and the parts of the service that can act on it.

    `documents` is open for exactly this call: what an operation stores before it raises is undone.
    """

    documents: Documents
    now: float
    runs: RunManager
    crawls: CrawlManager
    sessions: SessionManager

    @property
    def scope(self) -> Scope:
        """The account and region of the caller."""
        return self.documents.scope
