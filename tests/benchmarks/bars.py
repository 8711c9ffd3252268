"""Measured figures beside the bars that they are held to."""

from dataclasses import dataclass, field


@dataclass
class Bars:
    """Prints each figure at once; `short` are the names of those that fall short."""

    short: list[str] = field(default_factory=list)

    def least(self, name: str, value: float, bar: float, form: str = ".2%", note: str = "") -> None:
        """A figure that must reach its bar."""
        self._say(name, value, f"≥ {bar:{form}}", form, note, good=value >= bar)

    def most(self, name: str, value: float, bar: float, form: str = ".2%", note: str = "") -> None:
        """A figure that must not exceed its bar."""
        self._say(name, value, f"≤ {bar:{form}}", form, note, good=value <= bar)

    def _say(self, name: str, value: float, bar: str, form: str, note: str, *, good: bool) -> None:
        if not good:
            self.short.append(name)
        mark = "pass" if good else "SHORT"
        print(f"{mark:6}{name:46}{value:>10{form}}  {bar:>12}  {note}".rstrip(), flush=True)
