"""What changes with the names of the register, as one row that any statement can carry along."""

from django.db import migrations

# The change number with its set, and the sequences of ids, for registers that are filled without
# change sets. Sequences cost nothing to plan.
VIEW = """
CREATE VIEW addresses_names_version AS
SELECT ARRAY[
    counter.number,
    (SELECT id FROM addresses_changeset change_set WHERE change_set.number = counter.number),
    side.last_value, street_name.last_value, neighbourhood.last_value, landmark.last_value
]::bigint[] AS version
FROM (SELECT coalesce(max(number), 0) AS number FROM addresses_changecounter) counter,
     addresses_streetside_id_seq side, addresses_streetname_id_seq street_name,
     addresses_neighbourhood_id_seq neighbourhood, addresses_landmark_id_seq landmark
"""


class Migration(migrations.Migration):
    dependencies = [("addresses", "0016_change_written")]

    operations = [migrations.RunSQL(VIEW, "DROP VIEW addresses_names_version")]
