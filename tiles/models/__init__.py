from tiles.models.touched import Touched

__all__ = ["Touched"]
