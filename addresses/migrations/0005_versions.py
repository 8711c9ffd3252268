"""The database keeps every version of a record, and refuses writes outside a change set.

`register_track(table)` makes, for one table of an entity:

- `<table>_history`: the former versions, each with the period of legal time in which it held
  (`valid`; empty for what was corrected or replaced on the day it began) and with the change set
  that ended it (`ended_by_id`). The present version stands in the table itself and nowhere else.
- a trigger that moves a version there when it is replaced, counts versions, and refuses whatever
  comes without an open change set, deletes, or changes a uid.
- `<table>_at(day)`: the rows as they were in force on a day; NULL means now, and then costs nothing:
  the function is inlined, and the branch of the history falls away when the query is planned.

A later migration that adds a column to a tracked table calls `register_track` again.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLES = (
    "province district neighbourhood neighbourhoodhead street streetname streetside parcel"
    " building buildingparcel address unit landmark"
).split()

TRACK = r"""
CREATE FUNCTION register_track(live regclass) RETURNS void LANGUAGE plpgsql AS $track$
DECLARE
  name text := live::text;
  history text := name || '_history';
  projected boolean;
  one record;
  columns text;
  olds text;
  lives text;
BEGIN
  projected := EXISTS (SELECT FROM pg_attribute WHERE attrelid = live AND attname = 'geom_m');
  IF to_regclass(history) IS NULL THEN
    EXECUTE format('CREATE TABLE %I (LIKE %I)', history, name);
    EXECUTE format('ALTER TABLE %I ADD COLUMN valid daterange NOT NULL,'
                   ' ADD COLUMN ended_by_id bigint NOT NULL,'
                   ' ADD PRIMARY KEY (id, version),'
                   ' ADD CONSTRAINT %I EXCLUDE USING gist (id WITH =, valid WITH &&)',
                   history, history || '_one_at_a_time');
    EXECUTE format('CREATE INDEX ON %I (change_set_id)', history);
    EXECUTE format('CREATE INDEX ON %I (ended_by_id)', history);
    EXECUTE format('CREATE INDEX ON %I (uid)', history);
    IF projected THEN
      EXECUTE format('CREATE INDEX ON %I USING gist (geom_m)', history);
    END IF;
  END IF;
  FOR one IN
    SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
    WHERE attrelid = live AND attnum > 0 AND NOT attisdropped
      AND attname NOT IN (SELECT attname FROM pg_attribute
                          WHERE attrelid = to_regclass(history) AND NOT attisdropped)
  LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN %I %s', history, one.attname, one.type);
  END LOOP;
  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum),
         string_agg('OLD.' || quote_ident(attname), ', ' ORDER BY attnum),
         string_agg('live.' || quote_ident(attname), ', ' ORDER BY attnum)
  INTO columns, olds, lives
  FROM pg_attribute WHERE attrelid = live AND attnum > 0 AND NOT attisdropped;

  EXECUTE format($make$
    CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger LANGUAGE plpgsql AS $version$
    DECLARE
      open_set bigint := nullif(current_setting('register.change_set', true), '')::bigint;
      since date := nullif(current_setting('register.effective_from', true), '')::date;
      period daterange := 'empty';
    BEGIN
      IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'the register is changed only within an open change set'
          USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
      ELSIF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'nothing is deleted from the register: retire it'
          USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
      ELSIF open_set IS NULL THEN
        RAISE EXCEPTION 'the register is changed only within an open change set'
          USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
      ELSIF NEW.uid <> OLD.uid THEN
        RAISE EXCEPTION 'a uid never changes'
          USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
      END IF;
      NEW.version := OLD.version;
      NEW.change_set_id := OLD.change_set_id;
      NEW.valid_from := OLD.valid_from;
      %4$s
      IF NEW IS NOT DISTINCT FROM OLD THEN
        RETURN NULL; -- nothing changes, so there is no new version
      END IF;
      IF OLD.change_set_id = open_set THEN
        RETURN NEW; -- one version per record and set
      END IF;
      NEW.version := OLD.version + 1;
      NEW.change_set_id := open_set;
      IF since IS NOT NULL AND coalesce(current_setting('register.correction', true), '') <> 'on' THEN
        IF OLD.valid_from > since THEN
          RAISE EXCEPTION 'in force since %%, it cannot change on %%', OLD.valid_from, since
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, COLUMN = 'valid_from';
        END IF;
        NEW.valid_from := since;
        period := daterange(OLD.valid_from, since);
      END IF;
      INSERT INTO %2$I (%3$s, valid, ended_by_id) VALUES (%5$s, period, open_set);
      RETURN NEW;
    END $version$
  $make$, name || '_version', history, columns,
  CASE WHEN projected THEN 'NEW.geom_m := OLD.geom_m; -- it is computed after this' ELSE '' END, olds);

  EXECUTE format('DROP TRIGGER IF EXISTS zz_version ON %I', name);
  EXECUTE format('CREATE TRIGGER zz_version BEFORE UPDATE OR DELETE ON %I'
                 ' FOR EACH ROW EXECUTE FUNCTION %I()', name, name || '_version');
  EXECUTE format('DROP TRIGGER IF EXISTS zz_within_set ON %I', name);
  EXECUTE format('CREATE TRIGGER zz_within_set BEFORE INSERT ON %I FOR EACH ROW'
                 ' WHEN (NEW.change_set_id IS DISTINCT FROM'
                 ' nullif(current_setting(''register.change_set'', true), '''')::bigint)'
                 ' EXECUTE FUNCTION %I()', name, name || '_version');

  EXECUTE format($make$
    CREATE OR REPLACE FUNCTION %1$I(day date) RETURNS SETOF %2$I LANGUAGE sql STABLE AS $at$
      SELECT %3$s FROM %2$I live
      WHERE day IS NULL OR live.valid_from IS NULL OR live.valid_from <= day
      UNION ALL
      SELECT %4$s FROM %5$I live WHERE day IS NOT NULL AND live.valid @> day
    $at$
  $make$, name || '_at', name, lives, lives, history);
END $track$;
"""

RULES = r"""
-- A door belongs to the neighbourhood of its side, a unit to that of its door.
CREATE FUNCTION register_door_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT neighbourhood_id INTO NEW.neighbourhood_id FROM addresses_streetside WHERE id = NEW.side_id;
  RETURN NEW;
END $$;
CREATE TRIGGER aa_area BEFORE INSERT OR UPDATE OF side_id ON addresses_address
  FOR EACH ROW EXECUTE FUNCTION register_door_area();
CREATE FUNCTION register_unit_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT neighbourhood_id INTO NEW.neighbourhood_id FROM addresses_address WHERE id = NEW.address_id;
  RETURN NEW;
END $$;
CREATE TRIGGER aa_area BEFORE INSERT OR UPDATE OF address_id ON addresses_unit
  FOR EACH ROW EXECUTE FUNCTION register_unit_area();
CREATE FUNCTION register_side_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE addresses_address SET neighbourhood_id = NEW.neighbourhood_id WHERE side_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER moved AFTER UPDATE OF neighbourhood_id ON addresses_streetside FOR EACH ROW
  WHEN (OLD.neighbourhood_id <> NEW.neighbourhood_id) EXECUTE FUNCTION register_side_moved();
CREATE FUNCTION register_door_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE addresses_unit SET neighbourhood_id = NEW.neighbourhood_id WHERE address_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER moved AFTER UPDATE ON addresses_address FOR EACH ROW
  WHEN (OLD.neighbourhood_id IS DISTINCT FROM NEW.neighbourhood_id)
  EXECUTE FUNCTION register_door_moved();
"""

FILL = """
UPDATE addresses_address address SET neighbourhood_id = side.neighbourhood_id
FROM addresses_streetside side WHERE side.id = address.side_id;
UPDATE addresses_unit unit SET neighbourhood_id = address.neighbourhood_id
FROM addresses_address address WHERE address.id = unit.address_id;
-- What waits for the end of the transaction would hold the tables.
SET CONSTRAINTS ALL IMMEDIATE;
"""


def _not_null(model: str, related_name: str) -> migrations.AlterField:
    return migrations.AlterField(
        model_name=model,
        name="neighbourhood",
        field=models.ForeignKey(
            editable=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name=related_name,
            to="addresses.neighbourhood",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("addresses", "0004_change_sets_and_versions")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        _not_null("address", "addresses"),
        _not_null("unit", "units"),
        migrations.RunSQL(TRACK, "DROP FUNCTION register_track(regclass) CASCADE"),
        migrations.RunSQL(
            [f"SELECT register_track('addresses_{t}')" for t in TABLES],
            [
                f"DROP TABLE addresses_{t}_history;"
                f" DROP FUNCTION addresses_{t}_version() CASCADE;"
                f" DROP FUNCTION addresses_{t}_at(date)"
                for t in TABLES
            ],
        ),
        # Old numbers of a side are looked up when a door is asked for that has another one today.
        migrations.RunSQL(
            "CREATE INDEX address_history_number ON addresses_address_history"
            " (side_id, number, suffix)",
            "DROP INDEX address_history_number",
        ),
        migrations.RunSQL(RULES, migrations.RunSQL.noop),
    ]
