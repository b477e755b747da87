"""Review: each check accepts a good design and refuses the one with the mistake it is named for."""

import pytest

from designlib.validate.review import checks, review, worst
from tests.validate.review.toy import BUILT, FABRICS, good, toy_catalog
from tests.validate.test_validate import block, bought, drop, site, work


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    return toy_catalog(tmp_path_factory.mktemp("catalog"))


def unbought(*names):
    def change(tables):
        for name in names:
            drop("bill_of_materials", "line_id", name)(tables)

    return {"change": change}


def drawn(resource, draw):
    """Return a change of what the ledger says is drawn of a resource."""

    def change(tables):
        for row in tables["balance"]:
            if row["resource"] == resource:
                row["draw"] = draw

    return {"change": change}


def scaled(factor):
    def change(tables):
        for row in tables["balance"]:
            row["draw"] *= factor

    return {"change": change}


def told(workload, **figures):
    """Return a change of the figures of a workload; None takes one away."""

    def change(tables):
        for row in tables["operations"]:
            if row["workload"] == workload:
                for name, value in figures.items():
                    row["figures"].pop(name, None)
                    if value is not None:
                        row["figures"][name] = {"value": value}

    return {"change": change}


def laid_out(layout):
    def change(tables):
        for row in tables["operations"]:
            if row["workload"] == "train":
                row["layout"] = layout

    return {"change": change}


def only(name):
    """Return the portfolio of one workload."""

    def brief(asked):
        asked["workloads"] = [w for w in asked["workloads"] if w["id"] == name]

    def change(tables):
        tables["operations"] = [r for r in tables["operations"] if r["workload"] == name]

    return {"brief": brief, "change": change}


RULES = {
    "brief": block(
        "compliance", profiles=["HIPAA"], encrypt={"at_rest": False, "in_transit": False}
    )
}
WITHOUT_SPINE = [BUILT | FABRICS[0] | {"leaf": 3}, *[BUILT | f for f in FABRICS[1:]]]
ACCEPTED = [
    # check, what makes the good design an example of it
    *[(f"DR-{n:02}", {}) for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 16)],
    ("DR-10", RULES),
    ("DR-12", scaled(0.5)),
    ("DR-02", only("tune") | {"expected": "not applicable"}),
    ("DR-10", {"expected": "not applicable"}),
]
REFUSED = [
    # check, verdict, words of the finding, the mistake
    ("DR-01", "fail", "it lacks 27.5 TB already", unbought("L14")),
    ("DR-01", "fail", "times its room", bought("L14", count=40)),
    ("DR-02", "fail", "above 8 GPUs training throughput is a networking problem", unbought("L4")),
    ("DR-02", "fail", "lacks 16 links of fabric", unbought("L5")),
    ("DR-03", "fail", "12 GB/s are to be read at hall, the file system gives 10: waiting GPUs cost"
     " 46,720 USD a year", drawn("read_gb_s", 12)),
    ("DR-04", "fail", "no orchestrator", {"summary": {"orchestration": []}}),
    ("DR-04", "fail", "no control servers", unbought("L15")),
    ("DR-05", "warn", "every workload is training", only("train")),
    ("DR-06", "warn", "20.0%", told("train", exposed_communication=0.2)),
    ("DR-06", "fail", "31.0%", told("train", exposed_communication=0.31)),
    ("DR-06", "fail", "TP16, its scale-up domain has 8 GPUs", laid_out("TP16 PP1 DP1")),
    ("DR-07", "fail", "storage has no network of its own", unbought("L6", "L9")),
    ("DR-08", "fail", "a air rack takes 13 kW", {"brief": site(rack_air_kw=13)}),
    ("DR-08", "fail", "racks at hall", bought("L16", count=3)),
    ("DR-09", "warn", "is full at month 12", unbought("L14")),
    ("DR-09", "fail", "is full at month 6", unbought("L13", "L14")),
    ("DR-10", "fail", "data of class PHI is under no rules",
     {"brief": work("chat", data_class="PHI")}),
    ("DR-10", "fail", "ask for segments between zones", RULES | {"summary": {"orchestration": []}}),
    ("DR-11", "fail", "2.0 months ago", bought("L1", order_by_month=-2.0)),
    ("DR-12", "warn", "with 20 % less, compute (servers)", {}),
    ("DR-12", "fail", "before any shock", unbought("L13", "L14")),
    ("DR-13", "fail", "may be saved", {"bound": 1.0}),
    ("DR-13", "warn", "the brief allows only T100",
     {"brief": block("fleet", server_kinds_allowed=["T100"])}),
    ("DR-14", "fail", "spares of toy-server suffice", unbought("L3")),
    ("DR-14", "fail", "advances for 0.800 of the time, 0.9 is promised",
     {"brief": block("reliability", ettr_min_frac=0.9)}
     | told("train", effective_training_time=0.8)),
    ("DR-15", "fail", "ttft_p95 is promised, the design predicts none",
     told("chat", ttft_p95=None)),
    ("DR-15", "fail", "installation is planned for 0.1 weeks",
     {"brief": block("procurement", install_weeks=0.1)}),
    ("DR-16", "fail", "leaves Toy without a reason",
     {"bound": None, "summary": {"fabrics": WITHOUT_SPINE}}),
]  # fmt: skip


def finding(design, catalog, number):
    return next(f for f in review(design, catalog).findings if f.check == number)


def test_every_check_has_a_good_and_a_broken_example():
    assert list(checks()) == [f"DR-{n:02}" for n in range(1, 17)]
    assert {number for number, _ in ACCEPTED} == {number for number, *_ in REFUSED} == set(checks())


@pytest.mark.parametrize(("number", "made"), ACCEPTED)
def test_check_accepts_a_good_design(catalog, number, made):
    made = dict(made)
    expected = made.pop("expected", "pass")
    found = finding(good(catalog, **made), catalog, number)
    assert found.severity == expected, found.words


@pytest.mark.parametrize(("number", "verdict", "words", "broken"), REFUSED)
def test_check_refuses_the_mistake(catalog, number, verdict, words, broken):
    found = finding(good(catalog, **broken), catalog, number)
    assert found.severity == verdict, found
    assert words in found.words
    assert found.fix
    assert found.rule
    assert found.reference
    assert found.numbers


def test_numbers_carry_their_units(catalog):
    found = finding(good(catalog, **drawn("read_gb_s", 12)), catalog, "DR-03")
    shown = [str(n) for n in found.numbers]
    assert "read at hall, month 12 20 GB/s (limit 12)" in shown
    assert "what they read without local caches 1.6 GB/s" in shown
    # At month 6 one unit gives 10 of 12 GB/s.
    assert found.fix == (
        "this bill lacks 2 GB/s of read at hall from month 6; fix: +1 toy-store, 50,000 USD"
    )


def test_idle_money_is_that_of_the_gpus_that_wait(catalog):
    # One unit reads 10 of 20 GB/s: half of 16 GPUs wait, at 2 USD an hour.
    found = finding(good(catalog, **drawn("read_gb_s", 20)), catalog, "DR-03")
    idle = next(n for n in found.numbers if n.name.startswith("cost of waiting"))
    assert idle.value == pytest.approx(0.5 * 16 * 2.0 * 8760)


def test_what_is_accepted_is_a_warning_with_its_reason(catalog):
    design = good(catalog, **unbought("L3"))
    found = review(design, catalog, accepted={"DR-14": "spares come with the service contract"})
    row = next(f for f in found.findings if f.check == "DR-14")
    assert (row.severity, row.accepted) == ("warn", "spares come with the service contract")


def test_a_fault_is_mended_once_and_only_where_there_is_one(catalog):
    asked = []
    review(good(catalog, **unbought("L13", "L14")), catalog, mend=lambda c: asked.append(dict(c)))
    assert len(asked) == len({str(a) for a in asked}) > 0
    asked.clear()
    review(good(catalog), catalog, mend=lambda c: asked.append(dict(c)))
    assert asked == []


def test_worst_verdict_comes_first(catalog):
    assert worst(review(good(catalog, **unbought("L3")), catalog).findings) == "fail"
    assert worst(()) == "not applicable"
