"""The register's entries for an exchange file, streamed; all of them, or those of one district."""

from collections.abc import Iterator

from django.db.models import QuerySet

from addresses.models import (
    Address,
    Building,
    District,
    Neighbourhood,
    Parcel,
    Province,
    StreetSide,
)
from addresses.models.entity import Status
from core.rules.text import key

_CHUNK = 2_000
_AREA = ("neighbourhood__district__province", "change_set")


def district_named(name: str) -> District | None:
    """The one living district of that name, however it is cased; None where there is none or several."""
    found = District.objects.filter(name_key=key(name)).exclude(status=Status.RETIRED)[:2]
    return found[0] if len(found) == 1 else None


def areas(
    district: District | None,
) -> tuple[QuerySet[Province], QuerySet[District], QuerySet[Neighbourhood]]:
    """Provinces, districts and neighbourhoods, without their outlines."""
    provinces = Province.objects.select_related("change_set").order_by("id")
    districts = District.objects.select_related("province", "change_set").order_by("id")
    hoods = Neighbourhood.objects.select_related("district__province", "change_set").order_by("id")
    if district is not None:
        provinces = provinces.filter(pk=district.province_id)
        districts = districts.filter(pk=district.pk)
        hoods = hoods.filter(district=district)
    outlines = ("geom", "geom_m")
    return (
        provinces.defer(*outlines),
        districts.defer(*outlines, *(f"province__{c}" for c in outlines)),
        hoods.defer(*outlines, *_outlines("district")),
    )


def sides(district: District | None) -> Iterator[StreetSide]:
    """Street sides that have doors, with street and areas."""
    found = StreetSide.objects.select_related("street", *_AREA).order_by("id")
    found = found.defer("street__geom", "street__geom_m", *_outlines("neighbourhood__district"),
                        "neighbourhood__geom", "neighbourhood__geom_m")  # fmt: skip
    if district is not None:
        found = found.filter(neighbourhood__district=district)
    return found.iterator(_CHUNK)


def postcodes(district: District | None) -> list[str]:
    """The postcodes that doors have."""
    found = _doors(district).exclude(postcode="").order_by("postcode")
    return list(found.values_list("postcode", flat=True).distinct())


def doors(district: District | None) -> Iterator[Address]:
    """Doors that were not rejected, with side, areas, building and parcel."""
    side = "side__neighbourhood"
    found = _doors(district).select_related(
        "side__street", f"{side}__district__province", "change_set", "building", "parcel"
    )
    found = found.defer(
        "geom_m", "building__geom", "building__geom_m", "parcel__geom", "parcel__geom_m",
        "side__street__geom", "side__street__geom_m", f"{side}__geom", f"{side}__geom_m",
        *_outlines(f"{side}__district"),
    )  # fmt: skip
    return found.order_by("id").iterator(_CHUNK)


def buildings(district: District | None) -> Iterator[Building]:
    """Buildings with an outline that were not rejected."""
    found = Building.objects.filter(geom__isnull=False).exclude(status=Status.REJECTED)
    if district is not None:
        found = found.filter(neighbourhood__district=district)
    found = found.select_related(*_AREA).defer("geom_m", *_area_outlines())
    return found.order_by("id").iterator(_CHUNK)


def parcels(district: District | None) -> Iterator[Parcel]:
    """Parcels in force, with an outline."""
    found = Parcel.objects.filter(geom__isnull=False, status=Status.ACTIVE)
    if district is not None:
        found = found.filter(neighbourhood__district=district)
    found = found.select_related(*_AREA).defer("geom_m", *_area_outlines())
    return found.order_by("id").iterator(_CHUNK)


def left_out(kind: str, district: District | None) -> int:
    """Entries that an exchange file has no place for: rejected, without outline, parcels not in force."""
    if kind == "addresses":
        return _all_doors(district).filter(status=Status.REJECTED).count()
    model: type[Building | Parcel] = Building if kind == "buildings" else Parcel
    found = model._default_manager.all()
    if district is not None:
        found = found.filter(neighbourhood__district=district)
    good = found.filter(geom__isnull=False)
    if kind == "buildings":
        return found.count() - good.exclude(status=Status.REJECTED).count()
    return found.count() - good.filter(status=Status.ACTIVE).count()


def _all_doors(district: District | None) -> QuerySet[Address]:
    found = Address.objects.all()
    return found.filter(side__neighbourhood__district=district) if district else found


def _doors(district: District | None) -> QuerySet[Address]:
    return _all_doors(district).exclude(status=Status.REJECTED)


def _area_outlines() -> list[str]:
    area = ["neighbourhood__geom", "neighbourhood__geom_m"]
    return area + _outlines("neighbourhood__district")


def _outlines(district: str) -> list[str]:
    """The geometries of a district and its province, which nobody needs here."""
    owners = (district, f"{district}__province")
    return [f"{owner}__{column}" for owner in owners for column in ("geom", "geom_m")]
