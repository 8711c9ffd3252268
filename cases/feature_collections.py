"""Cases as a collection of features, as far as the viewer may see them."""

from django.utils.translation import gettext_lazy as _

from addresses.queries.extent import city_bounds
from cases.queries import planned_work_shape
from cases.queries.feature_shapes import period_for, shape_for
from cases.queries.visibility import take_the_time_of_a_hidden_one
from tiles.features import Collection

COLLECTIONS = [
    Collection(
        "cases",
        _("Cases"),
        _(
            "Requests as far as the caller may see them; to the public by type, month and about where, without"
            " numbers."
        ),
        shape_for,
        geometry="Point",
        bounds=city_bounds,
        period=period_for,
        missed=take_the_time_of_a_hidden_one,
    ),
    Collection(
        "planned_works",
        _("Planned works"),
        _(
            "Works on streets: permitted, under way and finished ones; to who plans works also what is filed."
        ),
        planned_work_shape.shape_for,
        bounds=city_bounds,
    ),
]
