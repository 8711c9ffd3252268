"""Counts of cases per cell: the log that triggers on the cases write, and the tables it is folded into.

The tables of counts have neither an id nor a model: they are written by one statement each (see
`actions/density.py`), and rebuilt beside themselves and renamed.
"""

from django.contrib.gis.db.models import PolygonField
from django.db import migrations, models

COUNTS = """
-- What was folded must not lie about in the log.
ALTER TABLE spatial_analytics_densitychange
  SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE TABLE spatial_analytics_densityday (
  cell bigint NOT NULL, month date NOT NULL, day date NOT NULL, request_type_id integer NOT NULL,
  organisation_id integer NOT NULL, channel_id integer NOT NULL, district_id integer NOT NULL,
  neighbourhood_id integer NOT NULL, n integer NOT NULL, public boolean NOT NULL);
CREATE UNIQUE INDEX densityday_key ON spatial_analytics_densityday
  (month, request_type_id, cell, day, organisation_id, channel_id, district_id, neighbourhood_id, public)
  INCLUDE (n);
CREATE INDEX densityday_none ON spatial_analytics_densityday (day) WHERE n = 0;

CREATE TABLE spatial_analytics_densityrollup (
  cell bigint NOT NULL, starts date NOT NULL, value integer NOT NULL, n integer NOT NULL,
  resolution smallint NOT NULL, facet "char" NOT NULL, span "char" NOT NULL, public boolean NOT NULL);
CREATE UNIQUE INDEX densityrollup_key ON spatial_analytics_densityrollup
  (resolution, facet, span, value, starts, cell, public) INCLUDE (n);
CREATE INDEX densityrollup_none ON spatial_analytics_densityrollup (starts) WHERE n = 0;
"""

# What is counted: a case with a cell that the published view holds. An update of anything else leaves
# no trace. Rows of one statement are written by one statement; an update is looked at row by row, since
# a condition on the row costs nothing where it does not hold, and most updates count nothing anew.
COLUMNS = (
    "opened_at, cell, request_type_id, organisation_id, channel_id, district_id, neighbourhood_id, public, n"
)
TRIGGERS = f"""
CREATE FUNCTION spatial_analytics_count_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO spatial_analytics_densitychange ({COLUMNS})
  SELECT opened_at, h3_10, coalesce(request_type_id, 0), coalesce(organisation_id, 0), channel_id,
         coalesce(district_id, 0), coalesce(neighbourhood_id, 0), public, CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END
    FROM moved
   WHERE h3_10 IS NOT NULL AND (geom IS NOT NULL OR district_id IS NOT NULL);
  RETURN NULL;
END $$;

CREATE FUNCTION spatial_analytics_recount_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO spatial_analytics_densitychange ({COLUMNS})
  SELECT c.opened_at, c.h3_10, coalesce(c.request_type_id, 0), coalesce(c.organisation_id, 0),
         c.channel_id, coalesce(c.district_id, 0), coalesce(c.neighbourhood_id, 0), c.public, c.n
    FROM (SELECT OLD.opened_at, OLD.h3_10, OLD.request_type_id, OLD.organisation_id, OLD.channel_id,
                 OLD.district_id, OLD.neighbourhood_id, OLD.public, OLD.geom IS NOT NULL AS placed, -1 AS n
          UNION ALL
          SELECT NEW.opened_at, NEW.h3_10, NEW.request_type_id, NEW.organisation_id, NEW.channel_id,
                 NEW.district_id, NEW.neighbourhood_id, NEW.public, NEW.geom IS NOT NULL, 1) c
   WHERE c.h3_10 IS NOT NULL AND (c.placed OR c.district_id IS NOT NULL);
  RETURN NULL;
END $$;

CREATE FUNCTION spatial_analytics_forget_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM spatial_analytics_densitychange;
  TRUNCATE spatial_analytics_densityrollup, spatial_analytics_densityday;
  RETURN NULL;
END $$;

CREATE TRIGGER density_insert AFTER INSERT ON cases_case REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION spatial_analytics_count_cases();
CREATE TRIGGER density_delete AFTER DELETE ON cases_case REFERENCING OLD TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION spatial_analytics_count_cases();
CREATE TRIGGER density_update AFTER UPDATE ON cases_case FOR EACH ROW
  WHEN ((OLD.opened_at, OLD.h3_10, OLD.request_type_id, OLD.organisation_id, OLD.channel_id,
         OLD.district_id, OLD.neighbourhood_id, OLD.public, OLD.geom IS NULL)
        IS DISTINCT FROM
        (NEW.opened_at, NEW.h3_10, NEW.request_type_id, NEW.organisation_id, NEW.channel_id,
         NEW.district_id, NEW.neighbourhood_id, NEW.public, NEW.geom IS NULL))
  EXECUTE FUNCTION spatial_analytics_recount_case();
CREATE TRIGGER density_truncate AFTER TRUNCATE ON cases_case
  FOR EACH STATEMENT EXECUTE FUNCTION spatial_analytics_forget_counts();
"""

# A city that has cases already is counted by its first fold; `rebuild_density` is faster where there
# are millions.
FIRST = f"""
INSERT INTO spatial_analytics_densitychange ({COLUMNS})
SELECT opened_at, h3_10, coalesce(request_type_id, 0), coalesce(organisation_id, 0), channel_id,
       coalesce(district_id, 0), coalesce(neighbourhood_id, 0), public, 1
  FROM cases_case
 WHERE h3_10 IS NOT NULL AND (geom IS NOT NULL OR district_id IS NOT NULL)
"""

UNDO = """
DROP TRIGGER density_insert ON cases_case; DROP TRIGGER density_delete ON cases_case;
DROP TRIGGER density_update ON cases_case; DROP TRIGGER density_truncate ON cases_case;
DROP FUNCTION spatial_analytics_count_cases(); DROP FUNCTION spatial_analytics_recount_case();
DROP FUNCTION spatial_analytics_forget_counts();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("spatial_analytics", "0001_initial"),
        ("cases", "0020_open_words_and_places"),
    ]
    operations = [
        migrations.CreateModel(
            name="DensityChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("opened_at", models.DateTimeField()),
                ("cell", models.BigIntegerField(help_text="H3 cell of resolution 10.")),
                ("request_type_id", models.IntegerField(help_text="0: not known.")),
                ("organisation_id", models.IntegerField(help_text="0: none.")),
                ("channel_id", models.IntegerField()),
                ("district_id", models.IntegerField(help_text="0: not known.")),
                ("neighbourhood_id", models.IntegerField(help_text="0: not known.")),
                ("public", models.BooleanField()),
                ("n", models.SmallIntegerField(help_text="1: counted from now on; -1: no longer.")),
            ],
            options={"indexes": [models.Index(fields=["cell"], name="densitychange_cell")]},
        ),
        migrations.CreateModel(
            name="Hexagon",
            fields=[
                ("cell", models.BigIntegerField(primary_key=True, serialize=False)),
                ("geom_m", PolygonField(srid=3857, spatial_index=False)),
            ],
        ),
        migrations.CreateModel(
            name="CellHomes",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, auto_created=True, verbose_name="ID")),
                ("resolution", models.PositiveSmallIntegerField()),
                ("cell", models.BigIntegerField()),
                ("district_id", models.BigIntegerField()),
                ("neighbourhood_id", models.BigIntegerField()),
                ("residents", models.FloatField()),
                ("dwellings", models.FloatField()),
            ],
            options={
                "indexes": [models.Index(fields=["resolution", "cell"], name="cellhomes_cell")],
            },
        ),
        migrations.RunSQL(
            COUNTS,
            "DROP TABLE spatial_analytics_densityday; DROP TABLE spatial_analytics_densityrollup",
        ),
        migrations.RunSQL(TRIGGERS, UNDO),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
