"""The API's routes as data: path, parameters, what is answered, and the function that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import answers, kpis, metrics, parameters
from .parameters import CURSOR, LIMIT, Parameter
from .tables import Tables
from .web import Problem

PART = (LIMIT, CURSOR)


@dataclass(frozen=True)
class Route:
    """One path. `answers` is the type of the answer, or of the items where `is_list`."""

    path: str
    respond: Callable[[Any, Mapping[str, Any]], Any]
    answers: type
    parameters: tuple[Parameter, ...] = ()
    is_list: bool = False
    is_cacheable: bool = True
    reads: str = "tables"
    """What `respond` is given: the tables, or cloudwatch."""

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters in a path of this route; None for one of another."""
        pattern, given = self.path.split("/"), path.split("/")
        if len(pattern) != len(given):
            return None
        found: dict[str, str] = {}
        for wanted, part in zip(pattern, given, strict=True):
            if wanted.startswith("{"):
                found[wanted[1:-1]] = part
            elif wanted != part:
                return None
        return found

    def read(self, in_path: Mapping[str, str], query: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return the values of the parameters; Problem where they are wrong."""
        return parameters.read_parameters(self.parameters, in_path, query)


def _list(
    path: str, respond: Callable[[Tables, Mapping[str, Any]], Any], items: type, *more: Parameter
) -> Route:
    return Route(path, respond, items, more, is_list=True)


ROUTES = (
    Route("/health", kpis.health, answers.Health, is_cacheable=False),
    _list("/days", kpis.days, answers.Day, parameters.SINCE, parameters.UNTIL, *PART),
    Route("/days/{date}", kpis.day, answers.Day, (parameters.DATE,)),
    _list("/days/{date}/genres", kpis.genres, answers.GenreOfDay, parameters.DATE, *PART),
    _list("/days/{date}/hours", kpis.hours, answers.HourOfDay, parameters.DATE),
    _list("/days/{date}/hour-genres", kpis.genres_of_hours, answers.GenreOfHour, parameters.DATE, *PART),
    _list("/days/{date}/top-songs", kpis.top_songs, answers.TopSongs, parameters.DATE, *PART),
    Route("/days/{date}/top-genres", kpis.top_genres, answers.TopGenres, (parameters.DATE,)),
    _list(
        *("/genre-days", kpis.genre_over_days, answers.GenreOfDay),
        *(parameters.GENRE, parameters.FROM, parameters.TO, *PART),
    ),
    _list(
        *("/track-days", kpis.track_over_days, answers.TrackOfDay),
        *(parameters.TRACK, parameters.FROM, parameters.TO, *PART),
    ),
    _list("/files", kpis.files, answers.DeliveredFile, parameters.KIND, parameters.DELIVERED, *PART),
    _list("/alerts", kpis.alerts, answers.Alert, *PART),
    Route(
        *("/metrics", metrics.metrics, answers.Metric, (parameters.HOURS,)),
        is_list=True,
        reads="cloudwatch",
    ),
)


def find_route(path: str) -> tuple[Route, dict[str, str]]:
    """Return the route of a path, and the parameters in it.

    Raises:
        Problem: there is none.
    """
    for route in ROUTES:
        in_path = route.match(path)
        if in_path is not None:
            return route, in_path
    raise Problem(404, "a path of this API", repr(path[:100]), "GET /openapi.json, which lists them")
