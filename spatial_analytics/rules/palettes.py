"""Colours of thematic maps: ColorBrewer's schemes that eyes without one kind of cones tell apart.

Sequential ones lead from light to dark, diverging ones over a neutral middle. Seven steps each; fewer are
picked evenly. Colours by Cynthia Brewer, colorbrewer2.org.
"""

SEQUENTIAL = {
    "city": "#eaf5f1 #c3e4d9 #8fcbb9 #57ad97 #2a8a76 #0f6556 #063f37",
    "ylgnbu": "#ffffcc #c7e9b4 #7fcdbb #41b6c4 #1d91c0 #225ea8 #0c2c84",
    "blues": "#eff3ff #c6dbef #9ecae1 #6baed6 #4292c6 #2171b5 #084594",
    "oranges": "#feedde #fdd0a2 #fdae6b #fd8d3c #f16913 #d94801 #8c2d04",
    "purples": "#f2f0f7 #dadaeb #bcbddc #9e9ac8 #807dba #6a51a3 #4a1486",
    "greys": "#f7f7f7 #d9d9d9 #bdbdbd #969696 #737373 #525252 #252525",
}
DIVERGING = {
    "puor": "#542788 #998ec3 #d8daeb #f7f7f7 #fee0b6 #f1a340 #b35806",
    "brbg": "#01665e #5ab4ac #c7eae5 #f5f5f5 #f6e8c3 #d8b365 #8c510a",
    "rdbu": "#2166ac #67a9cf #d1e5f0 #f7f7f7 #fddbc7 #ef8a62 #b2182b",
}
# Density from left to right, primacy from below to above (Joshua Stevens' purple and blue).
BIVARIATE = (
    ("#e8e8e8", "#ace4e4", "#5ac8c8"),
    ("#dfb0d6", "#a5add3", "#5698b9"),
    ("#be64ac", "#8c62aa", "#3b4994"),
)
NO_DATA, TIE, FEW = "#c9ced0", "#8a8f94", "#e6e2d8"
STEPS = 7


def colours(name: str, count: int) -> list[str]:
    """From the lowest to the highest class; the palest only where all are needed."""
    known = (SEQUENTIAL | DIVERGING)[name].split()
    if name in DIVERGING:
        if count == 1:
            return [known[STEPS // 2]]
        return [known[round(i * (STEPS - 1) / (count - 1))] for i in range(count)]
    if count == 1:
        return [known[3]]
    if count >= STEPS:
        return known
    return [known[round(i * (STEPS - 2) / (count - 1)) + 1] for i in range(count)]


def faded(colour: str, strength: float) -> str:
    """A colour nearer to white: `strength` 1 is itself, 0 white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 - (255 - part) * strength):02x}" for part in parts)
