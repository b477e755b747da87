"""What Kueue accepts of the fields that are exported, as JSON Schema; any other field is refused.

Source: kubernetes-sigs/kueue, commit ff69552e, config/components/crd/bases, v1beta2 (the storage
version) of resourceflavors, clusterqueues, cohorts and localqueues. Written anew from the fields,
limits and patterns there; what is not exported is left out.
"""

NAME = {
    "type": "string",
    "maxLength": 253,
    "pattern": r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
}
LABEL_VALUE = {"type": "string", "maxLength": 63, "pattern": r"^([A-Za-z0-9][-\w.]*)?[A-Za-z0-9]$"}
LABELS = {"type": "object", "additionalProperties": LABEL_VALUE, "maxProperties": 8}


def closed(required, **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


GROUP = closed(
    "coveredResources flavors",
    coveredResources={"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 64},
    flavors={
        "type": "array",
        "minItems": 1,
        "maxItems": 64,
        "items": closed(
            "name resources",
            name=NAME,
            resources={
                "type": "array",
                "minItems": 1,
                "maxItems": 64,
                "items": closed(
                    "name nominalQuota",
                    name={"type": "string"},
                    nominalQuota={"type": "integer", "minimum": 0},
                ),
            },
        ),
    },
)
GROUPS = {"type": "array", "items": GROUP, "maxItems": 16}

SPECS = {
    "ResourceFlavor": closed("nodeLabels", nodeLabels=LABELS),
    "Cohort": closed("resourceGroups", resourceGroups=GROUPS),
    "ClusterQueue": closed(
        "namespaceSelector resourceGroups",
        namespaceSelector=closed("matchLabels", matchLabels=LABELS),
        resourceGroups=GROUPS,
        cohortName=NAME,
        preemption=closed("", reclaimWithinCohort={"enum": ["Never", "LowerPriority", "Any"]}),
    ),
    "LocalQueue": closed("clusterQueue", clusterQueue=NAME),
}


def schema(kind):
    in_namespace = kind == "LocalQueue"
    meta = {"name": NAME} | ({"namespace": {**NAME, "maxLength": 63}} if in_namespace else {})
    return closed(
        "apiVersion kind metadata spec",
        apiVersion={"const": "kueue.x-k8s.io/v1beta2"},
        kind={"const": kind},
        metadata=closed(" ".join(meta), **meta),
        spec=SPECS[kind],
    )
