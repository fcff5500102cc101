"""Every value that a shipped template sets fits the API that it ends in: the guard's table, without a cloud."""

import pytest
from template_values import SHIPPED, Expression, Template

from extension.wire.resources import check
from extension.wire.resources.members import TYPES

TEMPLATES = [Template(file) for file in SHIPPED]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_value_fits_the_api_it_ends_in(template):
    faults, checked = {}, 0
    for logical_id, resource_type, properties in template.resources():
        api = TYPES[resource_type]
        for leaf in check.leaves(api, properties):
            for value in template.values(leaf.value):
                checked += 1
                for fault in check.value_faults(api, check.Leaf(leaf.path, value, leaf.target)):
                    # A pattern cannot list the types of instances.
                    made_up = isinstance(leaf.value, Expression) and value not in template.own
                    if not (made_up and fault.kind == "enum"):
                        faults.setdefault((f"{logical_id}.{leaf.path}", fault.constraint), value)
    assert not faults
    assert checked


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_every_property_leads_to_a_member_of_an_api(template):
    """So that the test above cannot pass by looking nowhere."""
    lost = set()
    for _, resource_type, properties in template.resources():
        for leaf in check.leaves(TYPES[resource_type], properties):
            if leaf.target is None:
                lost.add(f"{resource_type} {leaf.path}")
            elif leaf.target.shape.type_name in ("structure", "map") and not isinstance(leaf.value, Expression):
                lost.add(f"{resource_type} {leaf.path}: a {leaf.target.shape.type_name}")
    assert not lost, sorted(lost)
