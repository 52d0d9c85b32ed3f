"""What a crawl did to the catalog, and what it says of it in its log."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from local_glue.api.glue_api_model import Json

logger = logging.getLogger(__name__)


@dataclass
class Changes:
    """What a crawl did to the catalog, and what it has to say."""

    say: Callable[[str], None] = field(default=logger.info)
    # What was done to which: ("TABLE", "ADD") -> names
    done: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def record(self, kind: str, action: str, name: str) -> None:
        """Remember a change for metrics and history."""
        self.done.setdefault((kind, action), []).append(name)

    def counts(self) -> dict[str, int]:
        """Return how many tables were created, updated, deleted."""
        actions = {"created": "ADD", "updated": "UPDATE", "deleted": "DELETE"}
        return {word: len(self.done.get(("TABLE", action), [])) for word, action in actions.items()}

    def summary(self) -> Json:
        """Return what ListCrawls tells of the crawl."""
        summary: Json = {}
        for (kind, action), names in self.done.items():
            entry = {"Count": len(names), "Details": {"names": names}}
            summary.setdefault(kind, {})[action] = entry
        return summary

    def say_summary(self) -> None:
        """End a crawl's log as AWS does."""
        self.say("BENCHMARK : Finished writing to Catalog")
        for kind, actions in sorted(self.summary().items()):
            self.say(f"INFO : Run Summary For {kind}:")
            for action, entry in sorted(actions.items()):
                self.say(f"INFO : {action}: {entry['Count']}")
