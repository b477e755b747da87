"""Words for hardware: ids, families and narrowed families name servers, near misses are told."""

import pytest

from designlib.catalog import Catalog
from designlib.schema.words import no_such_hardware, servers_named

CATALOG = Catalog.load()


def families(word):
    return {CATALOG.gpus[CATALOG.servers[s].gpu].family for s in servers_named(word, CATALOG)}


def gpus_of(family):
    return [gpu for gpu in CATALOG.gpus.values() if gpu.family == family]


@pytest.mark.parametrize("family", sorted({gpu.family for gpu in CATALOG.gpus.values()}))
def test_family_names_its_servers_only(family):
    for word in (family, family.lower(), f"{family} class", f" {family} servers "):
        assert families(word) == {family}


def test_id_names_one_server():
    for server in CATALOG.servers.values():
        expected = (server.id,) if server.gpu is not None else ()
        assert servers_named(server.id, CATALOG) == expected


def test_id_of_a_gpu_names_its_servers():
    for gpu in CATALOG.gpus.values():
        named = servers_named(gpu.id, CATALOG)
        assert {CATALOG.servers[s].gpu for s in named} == {gpu.id}


def test_word_may_count_and_narrow():
    eights = {s.gpu for s in CATALOG.servers.values() if s.specs.gpus_count.value == 8}
    gpus = (CATALOG.gpus[name] for name in sorted(eights - {None}))
    family = next(g.family for g in gpus if g.specs.hbm_gb.value == 80)
    assert families(f"8-GPU {family} class") == {family}
    assert servers_named(f"7-GPU {family}", CATALOG) == ()
    assert families(f"{family}-80") == {family}
    assert servers_named(f"{family}-81", CATALOG) == ()


@pytest.mark.parametrize("word", ["", "class", "gpu", "80", "nvidia", "H1", "<script>"])
def test_other_word_names_nothing(word):
    assert servers_named(word, CATALOG) == ()
    assert "names no server" in no_such_hardware(word, CATALOG)


def test_near_miss_is_told():
    family = sorted(gpu.family for gpu in CATALOG.gpus.values())[0]
    assert f"did you mean '{family}'?" in no_such_hardware(f"{family}X class", CATALOG)
