"""Blueprint checks: printed counts close, and a count that does not is told by its field."""

import pytest

from designlib.catalog import Catalog
from designlib.schema.blueprint_checks import blueprint_counts, blueprint_parts

CATALOG = Catalog.load()
SIZED = [
    (part, f, s)
    for part in CATALOG.blueprints.values()
    for f, fabric in enumerate(part.fabrics)
    for s, size in enumerate(fabric.sizes)
    if size.links_server_leaf_count is not None
]


@pytest.mark.parametrize("part", CATALOG.blueprints.values(), ids=lambda part: part.id)
def test_shipped_blueprints_close(part):
    assert list(blueprint_counts(part)) == []
    server = CATALOG.servers.get(part.server or "")
    assert list(blueprint_parts(part, server, dict(CATALOG.switches))) == []


@pytest.mark.parametrize(("part", "f", "s"), SIZED, ids=lambda x: str(getattr(x, "id", x)))
@pytest.mark.parametrize(
    ("field", "factor"), [("links_server_leaf_count", 2), ("leaves", 0), ("servers_count", 3)]
)
def test_count_that_does_not_close_is_told(part, f, s, field, factor):
    fabric = part.fabrics[f]
    size = fabric.sizes[s]
    wrong = size.model_copy(update={field: getattr(size, field) * factor})
    sizes = (*fabric.sizes[:s], wrong, *fabric.sizes[s + 1 :])
    fabrics = (
        *part.fabrics[:f],
        fabric.model_copy(update={"sizes": sizes}),
        *part.fabrics[f + 1 :],
    )
    paths = [path for path, _ in blueprint_counts(part.model_copy(update={"fabrics": fabrics}))]
    assert any(path[:4] == ("fabrics", f, "sizes", s) for path in paths)
