"""Rows that were written before every change stood in a change set get one."""

from django.db import migrations

TABLES = (
    "province district neighbourhood street streetside parcel building address unit landmark"
).split()

FORWARD = f"""
DO $$
DECLARE past bigint; found boolean := false; one boolean; name text;
BEGIN
  FOREACH name IN ARRAY ARRAY{[f"addresses_{t}" for t in TABLES]} LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE change_set_id IS NULL)', name) INTO one;
    found := found OR one;
  END LOOP;
  IF NOT found THEN RETURN; END IF;
  INSERT INTO addresses_changecounter (id, number) VALUES (1, 1)
  ON CONFLICT (id) DO UPDATE SET number = addresses_changecounter.number + 1;
  INSERT INTO addresses_changeset
      (number, kind, title, source, file_name, file_sha256, summary, created_at, published_at)
  SELECT number, 'IMPORT', 'Before change sets', '', '', '', '{{}}', now(), now()
  FROM addresses_changecounter RETURNING id INTO past;
  FOREACH name IN ARRAY ARRAY{[f"addresses_{t}" for t in TABLES]} LOOP
    EXECUTE format('UPDATE %I SET change_set_id = $1 WHERE change_set_id IS NULL', name) USING past;
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("addresses", "0002_change_counter_and_language")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
