"""The rules of quality: what they are called, why they matter, who mends what they find, and how.

How each one looks is SQL: `addresses/sql/quality_<code>.sql`. `queries/quality.py` runs them.
"""

from addresses.rules.quality import areas, buildings, doors, numbering, streets, units
from addresses.rules.quality.rule import Fix, Owner, Rule, Scope, Severity

RULES: dict[str, Rule] = {
    rule.code: rule
    for part in (areas, streets, doors, numbering, buildings, units)
    for rule in part.RULES
}

__all__ = ["RULES", "Fix", "Owner", "Rule", "Scope", "Severity"]
