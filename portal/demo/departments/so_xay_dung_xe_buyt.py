"""Sở Xây dựng, public transport: the bus network as four GTFS files, equal in both rounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.demo.communes import Commune, communes
from portal.demo.place_names import STREETS
from portal.demo.simulation import Row, point_in, seeded, write_csv
from schemas.definitions_loader import shipped_schemas

# Number, communes the line passes in order, colour, fare (đồng).
LINES = (
    ("1", ("14758", "14797", "16522", "16531"), "0B6FA4", 8000),
    ("2", ("14797", "16378", "15853", "15772"), "B5402A", 8000),
    ("3", ("14797", "16417", "16438", "16540", "16549"), "2F7D4F", 12000),
    ("4", ("14797", "15925", "15961", "15865", "15991"), "7A4FA0", 10000),
    ("5", ("14797", "15889", "15910", "16012", "16093"), "C77700", 18000),
    ("6", ("14797", "15853", "15664", "15667"), "00707A", 15000),
    ("7", ("14797", "16417", "16297", "16279"), "8A2C5B", 14000),
    ("8", ("14812", "14818", "15271", "15889", "14758"), "4A5A6A", 20000),
    ("9", ("16438", "16549", "16576", "16561", "16645", "16654"), "A33B3B", 22000),
    ("10", ("14797", "15772", "15469", "15499", "15544"), "3C6E1F", 24000),
)
STOPS_PER_COMMUNE = 4
TRIPS_A_DAY = 22
FIRST_MINUTE, LAST_MINUTE = 5 * 60, 19 * 60
MINUTES_BETWEEN_STOPS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A bus line with its stops in the order of direction 0."""

    id: str
    number: str
    first: str
    last: str
    color: str
    fare: int
    stops: tuple[str, ...]


def build(folder: Path, round_number: int) -> None:
    """Write the folder ``so_xay_dung_xe_buyt`` with routes, stops, trips and stop_times as GTFS names its files."""
    target = folder / "so_xay_dung_xe_buyt"
    stops = _stops()
    lines = _lines(stops)
    trips = list(_trips(lines))
    tables: dict[str, list[Row]] = {
        "routes": [
            (line.id, "XBTH", line.number, f"{line.first} - {line.last}", 3, line.color, line.fare) for line in lines
        ],
        "stops": [row for rows in stops.values() for row in rows],
        "trips": [trip for trip, _, _ in trips],
        "stop_times": [row for trip, start, visited in trips for row in _stop_times(str(trip[0]), start, visited)],
    }
    for name, rows in tables.items():
        write_csv(target / f"{name}.txt", shipped_schemas()[f"gtfs-{name.replace('_', '-')}"].field_names, rows)


def _stops() -> dict[str, list[Row]]:
    """Stops by commune, so that lines that meet in a commune share them."""
    by_code = {commune.code: commune for commune in communes()}
    places = sorted({code for _, codes, _, _ in LINES for code in codes})
    return {
        code: [
            _stop(by_code[code], index * STOPS_PER_COMMUNE + position) for position in range(1, STOPS_PER_COMMUNE + 1)
        ]
        for index, code in enumerate(places)
    }


def _stop(commune: Commune, number: int) -> Row:
    numbers = seeded("so_xay_dung_xe_buyt", "diem dung", number)
    name = f"{numbers.randrange(1, 400)} {numbers.choice(STREETS)}, {commune.short_name}"
    latitude, longitude = point_in(commune, numbers, spread=0.012)
    return f"D{number:04d}", name, latitude, longitude, commune.code, int(numbers.random() < 0.55)


def _lines(stops: dict[str, list[Row]]) -> list[Line]:
    names = {commune.code: commune.short_name for commune in communes()}
    return [
        Line(
            id=f"B{int(number):02d}",
            number=number,
            first=names[places[0]],
            last=names[places[-1]],
            color=color,
            fare=fare,
            stops=tuple(str(stop[0]) for code in places for stop in stops[code]),
        )
        for number, places, color, fare in LINES
    ]


def _trips(lines: list[Line]) -> Iterator[tuple[Row, int, tuple[str, ...]]]:
    """The row of each trip, the minute of the day it starts, and the stops it passes."""
    step = (LAST_MINUTE - FIRST_MINUTE) // (TRIPS_A_DAY - 1)
    for line in lines:
        for direction, (headsign, visited) in enumerate(((line.last, line.stops), (line.first, line.stops[::-1]))):
            for number in range(TRIPS_A_DAY):
                identifier = f"{line.id}-{direction}-{number + 1:02d}"
                service = "T2-T6" if number % 5 == 4 else "HANG-NGAY"
                yield (identifier, line.id, service, headsign, direction), FIRST_MINUTE + number * step, visited


def _stop_times(trip: str, start: int, visited: tuple[str, ...]) -> Iterator[Row]:
    for position, stop in enumerate(visited):
        arrival = start + position * MINUTES_BETWEEN_STOPS
        time = f"{arrival // 60:02d}:{arrival % 60:02d}"
        yield trip, position + 1, stop, f"{time}:00", f"{time}:30"
