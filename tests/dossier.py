"""What the dossier says, typed by hand from it and compared with what the fixtures say.

Nothing here is made from the fixtures: two people who read the dossier must come to the same
record. Letters, slugs and days are the dossier's; where it leaves something open, so do we.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from tracker.vocabulary import EntryKind, Level, Origin, Precision, Qualifier

PILLARS = 4
COMMITMENTS = 80
FROM_THE_ANNOUNCEMENT = 45
COUNTED = 72
DATED_ENTRIES = 39
UNDATED_ENTRIES = 3
INSTITUTIONS_AT_LEAST = 68

LAUNCHED = dt.date(2025, 9, 18)
COMPILED = dt.date(2026, 11, 22)

# The dossier's marks of provenance: (a) the seed, (b) P, (b) Q, (b) F.
ORIGINS = {
    "a": Origin.ANNOUNCEMENT,
    "P": Origin.PLAN_TEXT,
    "Q": Origin.PLAN_PRESS,
    "F": Origin.FOLLOW_UP,
}


@dataclass(frozen=True)
class Target:
    """A deadline. `start` is None where the dossier gives only the last day."""

    start: dt.date | None
    end: dt.date
    precision: Precision = Precision.DAY
    qualifier: Qualifier = Qualifier.ON
    is_inferred: bool = False


def on(first: str, last: str = "", *, by: bool = False) -> Target:
    qualifier = Qualifier.BY if by else Qualifier.ON
    return Target(_day(first), _day(last or first), qualifier=qualifier)


def within(year: int, *, by: bool = False) -> Target:
    qualifier = Qualifier.BY if by else Qualifier.ON
    return Target(dt.date(year, 1, 1), dt.date(year, 12, 31), Precision.YEAR, qualifier)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


SECOND_HALF_OF_2026 = Target(
    dt.date(2026, 7, 1), dt.date(2026, 12, 31), Precision.HALF, Qualifier.BY
)


@dataclass(frozen=True)
class Promise:
    """One commitment as the dossier has it.

    `named` and `inferred` are its own words. `unmarked` are bodies it speaks of without saying
    which: "host counterpart, from coverage", "partners later active", "portfolio named".
    """

    reference: str
    origins: frozenset[Origin]
    paragraphs: frozenset[int]
    named: frozenset[str]
    inferred: frozenset[str]
    unmarked: frozenset[str]
    parties: frozenset[str]
    target: Target | None
    counts: bool


def promise(
    reference: str,
    origins: str,
    paragraphs: str = "",
    *,
    named: str = "",
    inferred: str = "",
    unmarked: str = "",
    parties: str = "CA MX",
    target: Target | None = None,
    counts: bool = True,
) -> Promise:
    return Promise(
        reference=reference,
        origins=frozenset(ORIGINS[mark] for mark in origins),
        paragraphs=frozenset(int(number) for number in paragraphs.split()),
        named=frozenset(named.split()),
        inferred=frozenset(inferred.split()),
        unmarked=frozenset(unmarked.split()),
        parties=frozenset(parties.split()),
        target=target,
        counts=counts,
    )


ALL_PORTFOLIOS = (
    "ca-gac ca-aafc ca-nrcan ca-fin ca-ps ca-eccc "
    "mx-sre mx-se mx-sader mx-sener mx-shcp mx-sspc mx-semarnat"
)

# plan.md, section 3
GOVERNANCE = [
    promise(
        "GOV-01",
        "aP",
        "2 3 9",
        named="ca-pmo mx-presidencia",
        inferred="ca-gac mx-sre",
        target=on("2025-09-18"),
    ),
    promise("GOV-02", "aP", "2 10", inferred="ca-pmo mx-presidencia"),
    promise("GOV-03", "aPQ", "2 10", inferred=ALL_PORTFOLIOS),
    promise("GOV-04", "aP", "3 6 10", inferred="ca-gac mx-sre", target=within(2028, by=True)),
    promise("GOV-05", "PQ", inferred="ca-gac mx-sre"),
    promise("GOV-06", "P", named="ca-gac mx-sre"),
    promise("GOV-07", "a", "2 5", parties="", counts=False),
]

CUSMA = {"inferred": "ca-gac", "unmarked": "ca-pco mx-se us-ustr"}

# plan.md, section 4
PROSPERITY = [
    promise("PRO-01", "aPQ", "3", inferred="ca-gac ca-tcs mx-se"),
    promise("PRO-02", "Q", inferred="ca-gac mx-se"),
    promise(
        "PRO-03",
        "Q",
        inferred="ca-gac ca-tcs mx-se",
        unmarked="ca-bcc ca-chamber mx-cce ca-cancham",
    ),
    promise("PRO-04", "Q", inferred="ca-gac ca-tc ca-cbsa mx-se mx-anam"),
    promise(
        "PRO-05",
        "aF",
        "16",
        named="ca-tcs",
        unmarked="ca-pco mx-se",
        parties="CA",
        target=on("2026-02-15", "2026-02-20"),
    ),
    promise("PRO-06", "a", "4", **CUSMA),
    promise("PRO-07", "F", **CUSMA, target=on("2026-07-01")),
    promise("PRO-08", "a", "4", inferred="ca-gac mx-se"),
    promise("PRO-09", "a", "14", inferred="ca-nrcan ca-gac mx-sener mx-se"),
    promise("PRO-10", "a", "14", inferred="ca-gac ca-tc ca-hicc mx-se mx-sict mx-semar"),
    promise("PRO-11", "a", "14", inferred="ca-nrcan ca-gac", unmarked="mx-se"),
    promise("PRO-12", "a", "14", inferred="ca-aafc ca-cfia mx-sader mx-senasica"),
    promise("PRO-13", "a", "9 18", inferred="ca-gac ca-esdc mx-se mx-stps"),
    promise("PRO-14", "a", "3", inferred="ca-tc mx-semar mx-sict"),
    promise("PRO-15", "aQ", "12", inferred="ca-tc mx-semar"),
    promise("PRO-16", "a", "12", inferred="ca-tc mx-sict", unmarked="ca-cpkc"),
    promise("PRO-17", "aQ", "12", inferred="ca-nrcan mx-sener", unmarked="ca-tc-energy ca-atco"),
    promise("PRO-18", "Q", inferred="ca-tc mx-semar mx-sict"),
    promise("PRO-19", "aQ", "3", inferred="ca-nrcan mx-sener"),
    promise("PRO-20", "Q", inferred="ca-nrcan mx-sener"),
    promise("PRO-21", "Q", inferred="ca-nrcan ca-eccc mx-sener mx-semarnat"),
    promise("PRO-22", "a", "3", inferred="ca-nrcan mx-se mx-semarnat mx-conafor"),
    promise("PRO-23", "Q", inferred="ca-nrcan mx-se mx-semarnat"),
    promise("PRO-24", "a", "3", inferred="ca-aafc mx-sader"),
    promise("PRO-25", "Q", inferred="ca-aafc ca-cfia mx-sader mx-senasica"),
    promise("PRO-26", "F", named="ca-cfia", inferred="mx-senasica", target=on("2025-11-03")),
    promise("PRO-27", "Q", named="ca-nserc ca-sshrc mx-secihti", target=on("2026-03-31", by=True)),
    promise("PRO-28", "Q", named="ca-nserc ca-sshrc mx-secihti"),
    promise("PRO-29", "F", named="ca-gac", inferred="mx-secihti mx-sep"),
    promise("PRO-30", "F", named="mx-se", unmarked="ca-pco", target=SECOND_HALF_OF_2026),
    promise(
        "PRO-31",
        "F",
        named="mx-se mx-udp",
        parties="MX",
        target=on("2026-05-07", "2026-05-09"),
    ),
    promise("PRO-32", "F", named="ca-bcc mx-cce", parties="", target=on("2026-02-16")),
]

UN_PROJECT = {
    "named": "int-ilo",
    "inferred": "ca-gac ca-ircc mx-stps mx-inm mx-comar",
    "parties": "CA",
}

# plan.md, section 5
MOBILITY = [
    promise("MOB-01", "a", "3", inferred="ca-hc ca-phac mx-salud"),
    promise("MOB-02", "a", "16 23 24", **UN_PROJECT),
    promise("MOB-03", "a", "24", **UN_PROJECT, counts=False),
    promise("MOB-04", "a", "24", **UN_PROJECT, counts=False),
    promise("MOB-05", "a", "24", **UN_PROJECT, counts=False),
    promise("MOB-06", "Q", inferred="ca-esdc ca-ircc mx-stps mx-sre"),
    promise(
        "MOB-07",
        "F",
        named="mx-stps",
        inferred="ca-esdc",
        target=Target(LAUNCHED, dt.date(2025, 11, 11), Precision.MONTH, Qualifier.BEFORE),
    ),
    promise("MOB-08", "Q", inferred="ca-ircc ca-esdc mx-stps mx-sre"),
    promise("MOB-09", "Q", inferred="ca-gac mx-sep mx-secihti"),
    promise("MOB-10", "F", named="mx-se", unmarked="ca-pco", target=SECOND_HALF_OF_2026),
]

# plan.md, section 6
SECURITY = [
    promise("SEC-01", "aQ", "13", inferred="ca-ps mx-sspc"),
    promise("SEC-02", "aQ", "13", inferred="ca-ps ca-rcmp mx-sspc mx-fgr"),
    promise("SEC-03", "aQ", "13", inferred="ca-rcmp ca-cbsa mx-sspc mx-semar mx-fgr mx-anam"),
    promise("SEC-04", "aQ", "13", inferred="ca-ps ca-rcmp mx-sspc mx-fgr"),
    promise("SEC-05", "aQ", "13", inferred="ca-fintrac ca-rcmp ca-fin mx-uif mx-shcp mx-fgr"),
    promise("SEC-06", "a", "13", inferred="ca-rcmp ca-ps mx-sspc"),
    promise(
        "SEC-07",
        "a",
        "16 23 25",
        named="ca-rcmp int-unodc",
        inferred="ca-gac",
        unmarked="mx-semar mx-defensa mx-fgr mx-sspc",
    ),
    promise("SEC-08", "a", "16 23", parties="CA", counts=False),
    promise("SEC-09", "a", "3 18", inferred="ca-ps mx-sspc"),
    promise("SEC-10", "aQ", "3", inferred="ca-ps mx-sspc mx-cnpc mx-cenapred"),
    promise("SEC-11", "Q", inferred="ca-cbsa ca-rcmp mx-sspc mx-fgr mx-anam"),
    promise("SEC-12", "Q", inferred="ca-cbsa ca-rcmp mx-sspc mx-fgr mx-anam"),
    promise("SEC-13", "Q", inferred="ca-cbsa ca-rcmp mx-anam mx-inm mx-sspc"),
    promise("SEC-14", "Q", inferred="ca-justice ca-rcmp mx-fgr mx-sre"),
    promise("SEC-15", "Q", inferred="ca-fintrac mx-uif"),
    promise("SEC-16", "Q", inferred="ca-ps ca-cccs mx-sspc mx-atdt"),
    promise("SEC-17", "F", named="ca-rcmp", parties="CA", target=within(2026)),
]

# plan.md, section 7
ENVIRONMENT = [
    promise("ENV-01", "a", "3 15", inferred="ca-eccc mx-semarnat mx-inecc"),
    promise("ENV-02", "a", "15", inferred="ca-eccc ca-parks mx-semarnat mx-conanp"),
    promise("ENV-03", "a", "15", inferred="ca-eccc ca-parks mx-semarnat mx-conanp"),
    promise("ENV-04", "a", "15", inferred="ca-eccc ca-cwa mx-semarnat mx-conagua"),
    promise(
        "ENV-05",
        "F",
        named="ca-parks mx-conanp mx-semarnat",
        unmarked="ca-eccc",
        target=on("2026-01-06"),
    ),
    promise("ENV-06", "F", named="ca-ciffc ca-manitoba ca-saskatchewan mx-conafor"),
    promise("ENV-07", "F", inferred="ca-cfs mx-conafor", unmarked="ca-nrcan"),
    promise("ENV-08", "F", named="ca-pmo", inferred="ca-nrcan ca-gac mx-semarnat mx-se"),
    # Adopted when announced, on 27 October 2025: a step done, and no date by which it is due.
    promise("ENV-09", "F", named="ca-mac ca-cancham", parties=""),
]

# plan.md, section 8
WORLD_CUP = [
    promise(
        "SPT-01",
        "a",
        "4 17",
        named="mx-worldcup",
        inferred="ca-sport ca-pch",
        unmarked="int-fifa",
    ),
    promise(
        "SPT-02",
        "a",
        "17",
        named="ca-sport mx-worldcup",
        parties="CA",
        target=Target(None, dt.date(2026, 7, 19), qualifier=Qualifier.BY, is_inferred=True),
    ),
    promise("SPT-03", "a", "26", parties="", target=on("2026-06-11", "2026-07-19"), counts=False),
    promise("SPT-04", "a", "27", parties="", counts=False),
    promise("SPT-05", "a", "17", parties="", counts=False),
]

PROMISES = [*GOVERNANCE, *PROSPERITY, *MOBILITY, *SECURITY, *ENVIRONMENT, *WORLD_CUP]

# A lead only where a source says so: the International Labour Organization, in S24. Its parts have
# "institutions as MOB-02".
LEADS = {(reference, "int-ilo") for reference in ("MOB-02", "MOB-03", "MOB-04", "MOB-05")}

# plan.md, section 9. It gives S23 to S25 together for MOB-02 to MOB-05, SEC-07 and SEC-08; which
# of the three a commitment needs is in its own "Source" line, above.
QUICK_FACTS = "MOB-02 MOB-03 MOB-04 MOB-05 SEC-07 SEC-08"
COVERAGE = {
    number: frozenset(references.split())
    for number, references in {
        2: "GOV-01 GOV-02 GOV-03 GOV-07",
        3: "GOV-01 GOV-04 PRO-01 PRO-14 PRO-19 PRO-22 PRO-24 MOB-01 SEC-09 SEC-10 ENV-01",
        4: "PRO-06 PRO-08 SPT-01",
        5: "GOV-07",
        6: "GOV-04",
        9: "GOV-01 PRO-13",
        10: "GOV-02 GOV-03 GOV-04",
        12: "PRO-15 PRO-16 PRO-17",
        13: "SEC-01 SEC-02 SEC-03 SEC-04 SEC-05 SEC-06",
        14: "PRO-09 PRO-10 PRO-11 PRO-12",
        15: "ENV-01 ENV-02 ENV-03 ENV-04",
        16: "PRO-05 MOB-02 SEC-07 SEC-08",
        17: "SPT-01 SPT-02 SPT-05",
        18: "PRO-13 SEC-09",
        23: QUICK_FACTS,
        24: QUICK_FACTS,
        25: QUICK_FACTS,
        26: "SPT-03",
        27: "SPT-04",
    }.items()
}
PARAGRAPHS = 27
PARAGRAPHS_OF_THE_STATEMENT = 6  # the rest is the Prime Minister's news release

# The last day the date of each keyed source allows (plan.md, section 2).
SOURCE_DAYS = {
    **dict.fromkeys(("SEED", "PM-READ", "PROC"), dt.date(2025, 9, 18)),
    **dict.fromkeys(("GAC-PLAN", "JOR19", "EXPR", "EUNI19", "YMED"), dt.date(2025, 9, 19)),
    "JOR22": dt.date(2025, 9, 22),
    **dict.fromkeys(
        ("CAMP", "TTNEWS", "LATT", "ULETH", "NPEP", "RVSLP", "PART"), dt.date(2025, 9, 30)
    ),
    "TSM": dt.date(2025, 10, 27),
    "EECO11": dt.date(2025, 11, 11),
    "CFIA": dt.date(2025, 11, 24),
    "FOR": dt.date(2025, 11, 30),
    "NMAS12": dt.date(2025, 12, 12),
    "VKOE": dt.date(2025, 12, 18),
    **dict.fromkeys(("NACT", "TCS"), dt.date(2025, 12, 31)),
    "PARKS": dt.date(2026, 1, 6),
    "EXPA": dt.date(2026, 1, 27),
    "CRON16": dt.date(2026, 2, 16),
    "MND17": dt.date(2026, 2, 17),
    "MTRIB": dt.date(2026, 2, 28),
    **dict.fromkeys(("ABC12", "CRIS12"), dt.date(2026, 3, 12)),
    **dict.fromkeys(("LATN", "PESO"), dt.date(2026, 3, 31)),
    **dict.fromkeys(("CMAC", "TIPO"), COMPILED),  # undated
}


# Money: plan.md, section 0.4
FUNDING = {"MOB-02": Decimal(5_500_000), "SEC-07": Decimal(4_400_000)}
ENVELOPE = {"SEC-08": Decimal(9_900_000)}
ADDED_UP = Decimal(9_900_000)

PARTS = {"SEC-08": {"MOB-02", "SEC-07"}, "MOB-02": {"MOB-03", "MOB-04", "MOB-05"}}


# Readings: record.md, section 4, by the mapping of product.md. In two rows of the table: the level
# of the first, the note of the second.
COMPLETED = "GOV-01 PRO-05 PRO-26 PRO-32 ENV-05 MOB-07 SPT-02"
UNDER_WAY = (
    "GOV-02 GOV-03 GOV-04 GOV-05 GOV-06 PRO-03 PRO-06 PRO-07 PRO-08 PRO-24 PRO-25 PRO-29 PRO-30 "
    "PRO-31 SEC-01 ENV-06 ENV-07 ENV-09"
)
OUTCOME_UNKNOWN = "PRO-27 SPT-03 SPT-04 SPT-05"
READINGS = {
    **dict.fromkeys(COMPLETED.split(), Level.COMPLETED.value),
    **dict.fromkeys(UNDER_WAY.split(), Level.UNDER_WAY.value),
    **dict.fromkeys(OUTCOME_UNKNOWN.split(), ""),
}
READINGS_WITH_NOTE = {*OUTCOME_UNKNOWN.split(), "GOV-02", "PRO-06", "PRO-30", "PRO-31"}


@dataclass(frozen=True)
class Event:
    """One entry of record.md: the days it may have happened on and what it bears on.

    `is_exact` means the days are the dossier's own; else they only bound what it says loosely.
    """

    reference: str
    first: dt.date | None
    last: dt.date | None
    is_exact: bool
    confidence: str | None  # None where the dossier gives more than one letter
    bears_on: frozenset[str]


def event(reference: str, days: str, confidence: str | None, bears_on: str) -> Event:
    """`days` is "first last", or one day, with "~" in front where the dossier is loose."""
    found = [_day(day) for day in days.removeprefix("~").split()]
    return Event(
        reference=reference,
        first=found[0] if found else None,
        last=found[-1] if found else None,
        is_exact=not days.startswith("~"),
        confidence=confidence,
        bears_on=frozenset(bears_on.split()),
    )


# record.md, sections 1 and 2
EVENTS = [
    event("R-01", "2025-09-16 2025-09-17", "H", "PRO-06 PRO-07"),
    event(
        "R-02",
        "2025-09-18",
        "H",
        "GOV-01 GOV-02 GOV-04 PRO-07 SPT-01 MOB-02 SEC-07 SEC-08",
    ),
    event("R-03", "2025-09-18", "M", "GOV-02 PRO-03 ENV-08"),
    event("R-04", "2025-09-18", "M", "GOV-03 PRO-08 PRO-07"),
    event("R-05", "2025-09-19", "M", "GOV-04 PRO-16"),
    event("R-06", "2025-09-19", "H", "PRO-06 PRO-07"),
    event("R-07", "~2025-10-01 2025-10-31", "M", "PRO-24 PRO-25 PRO-07"),
    event("R-08", "~2025-10-01 2025-10-31", "M", "SPT-01 SPT-04"),
    event("R-09", "2025-10-14 2025-10-17", "H", "GOV-03 PRO-12 PRO-24 PRO-25"),
    event("R-10", "2025-10-27", "H", "ENV-09 ENV-08 PRO-23"),
    event("R-11", "2025-11-03", "H", "PRO-26 PRO-25"),
    event("R-12", "~2025-11-01 2025-11-30", "M", "GOV-03 PRO-14 PRO-24 MOB-07 ENV-08 PRO-07"),
    event("R-13", "2025-11-27", "M", "GOV-06 ENV-06 ENV-07 PRO-22"),
    event("R-14", "~2025-11-27 2025-11-28", "H", "GOV-03 GOV-05 GOV-06 GOV-04"),
    event("R-15", "2025-11-28", "H", "PRO-05"),
    event("R-16", "2025-12-05", "H", "SPT-01 GOV-02 PRO-06"),
    event("R-17", "2025-12-05", "M", "GOV-02"),
    event("R-18", "~2025-12-01 2025-12-31", "M", "GOV-03 PRO-05 PRO-08"),
    event("R-19", "2025-12-14 2025-12-16", "H", "SPT-02 SPT-01"),
    event("R-20", "~2025-12-01 2025-12-31", "M", "SPT-03 SPT-04"),
    event("R-21", "2025-12-15", "H", "SEC-01 SEC-02 SEC-09 GOV-03"),
    event("R-22", "2026-01-06", "H", "ENV-05 ENV-01 ENV-02 GOV-03"),
    event("R-23", "2026-01-23", "M", "SEC-01 SEC-02 PRO-11"),
    event("R-24", "2026-01-30 2026-01-31", "H", "SPT-02 SPT-04"),
    event("R-25", "2026-02-15 2026-02-20", "H", "PRO-05 PRO-03 PRO-09 PRO-10 PRO-11 PRO-12"),
    event("R-26", "2026-02-16", "H", "PRO-30 PRO-08 PRO-11 PRO-15 MOB-10 SEC-09"),
    event("R-27", "2026-02-16", "H", "PRO-32 PRO-03"),
    event("R-28", "2026-02-16", "H", "GOV-03 PRO-05"),
    event("R-29", "2026-02-16", "M", "PRO-03 PRO-07 GOV-04"),
    event("R-30", "~2026-02-01 2026-02-28", "M", "SEC-17 SEC-13"),
    event("R-31", "2026-02-17", "H", "GOV-02 GOV-03 PRO-08 PRO-30"),
    event("R-32", "~2026-02-15 2026-02-28", "M", "PRO-06 PRO-07"),
    event("R-33", "2026-03-12", "H", "PRO-31 PRO-02 PRO-30 GOV-03"),
    event("R-34", "2026-03-31", "", "PRO-27 PRO-28"),
    event("R-35", "~2026-03-01 2026-03-31", "", "PRO-05 PRO-08"),
    event("R-36", "~2026-05-07 2026-05-09", None, "PRO-31 PRO-03 PRO-07"),
    event("R-37", "2026-06-11 2026-07-19", "H", "SPT-01 SPT-02 SPT-03 SPT-04 SPT-05"),
    event("R-38", "2026-06-30", "M", "PRO-06 PRO-07"),
    event("R-39", "2026-07-01", "M", "PRO-06 PRO-07"),
    event("U-01", "~", "L", "SEC-07 SEC-03"),
    event("U-02", "~", "H", "PRO-29 PRO-28"),
    event("U-03", "~", "M", "MOB-07 MOB-06"),
]

# Entries that tell of something else than an event held.
ENTRY_KINDS = {
    "R-17": EntryKind.NOT_HELD,  # *missed*
    "R-23": EntryKind.CONTEXT,
    "R-34": EntryKind.DEADLINE,  # *outcome unknown*
    "R-35": EntryKind.NOT_HELD,  # *not confirmed*
}
