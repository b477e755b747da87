"""What NetBox reads: the columns of its bulk imports and the words that they allow.

Source: netbox-community/netbox, v4.6.8 (commit 43fe81f9), netbox/dcim/forms/bulk_import.py (the
fields of each form) and netbox/dcim/choices.py; lengths from netbox/dcim/models. Facts only.
"""

COLUMNS = {
    "1_sites": "name slug status region group tenant facility time_zone description "
    "physical_address shipping_address latitude longitude owner comments tags",
    "2_manufacturers": "name slug description owner comments tags",
    "3_device_types": "manufacturer default_platform model slug part_number u_height "
    "exclude_from_utilization is_full_depth subdevice_role airflow description weight weight_unit "
    "owner comments tags",
    "4_device_roles": "name slug parent color vm_role config_template description owner comments "
    "tags",
    "5_racks": "site location group name facility_id tenant status role rack_type form_factor "
    "serial asset_tag width u_height desc_units outer_width outer_height outer_depth outer_unit "
    "mounting_depth airflow weight max_weight weight_unit description owner comments tags",
    "6_devices": "name role tenant manufacturer device_type platform serial asset_tag status site "
    "location rack position face latitude longitude parent device_bay airflow virtual_chassis "
    "vc_position vc_priority cluster description config_template owner comments tags",
    "7_interfaces": "device name label parent bridge lag type speed duplex enabled mark_connected "
    "wwn vdcs mtu mgmt_only description poe_mode poe_type mode vlan_group untagged_vlan "
    "tagged_vlans qinq_svlan vrf rf_role rf_channel rf_channel_frequency rf_channel_width tx_power "
    "owner tags",
    "8_cables": "side_a_site side_a_device side_a_power_panel side_a_type side_a_name side_b_site "
    "side_b_device side_b_power_panel side_b_type side_b_name type status profile tenant bundle "
    "label color length length_unit description owner comments tags",
}

REQUIRED = {
    "1_sites": "name slug status",
    "2_manufacturers": "name slug",
    "3_device_types": "manufacturer model slug u_height",
    "4_device_roles": "name slug color",
    "5_racks": "site name status width u_height",
    "6_devices": "role manufacturer device_type status site",
    "7_interfaces": "device name type",
    "8_cables": "side_a_device side_a_type side_a_name side_b_device side_b_type side_b_name",
}

CHOICES = {
    ("1_sites", "status"): "planned staging active decommissioning retired",
    ("3_device_types", "weight_unit"): "kg g lb oz",
    ("5_racks", "status"): "reserved available planned active deprecated",
    ("5_racks", "width"): "10 19 21 23",
    ("6_devices", "status"): "offline active planned staged failed inventory decommissioning",
    ("6_devices", "face"): "front rear",
    ("7_interfaces", "type"): "1000base-t 10gbase-t 25gbase-x-sfp28 100gbase-x-qsfp28 "
    "200gbase-x-qsfp56 200gbase-x-qsfpdd 400gbase-x-qsfp112 400gbase-x-qsfpdd 400gbase-x-osfp "
    "400gbase-x-osfp-rhs 800gbase-x-qsfpdd 800gbase-x-osfp infiniband-edr infiniband-hdr "
    "infiniband-ndr infiniband-xdr other",
    ("8_cables", "type"): "cat3 cat5 cat5e cat6 cat6a cat7 cat7a cat8 dac-active dac-passive mmf "
    "mmf-om1 mmf-om2 mmf-om3 mmf-om4 mmf-om5 smf smf-os1 smf-os2 aoc",
    ("8_cables", "status"): "connected planned decommissioning",
    ("8_cables", "length_unit"): "km m cm mi ft in",
    ("8_cables", "side_a_type"): "dcim.interface",
    ("8_cables", "side_b_type"): "dcim.interface",
}

LONGEST = {"name": 64, "model": 100, "slug": 100, "part_number": 50, "description": 200,
           "label": 100}  # fmt: skip
