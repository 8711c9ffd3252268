"""Photos that people send: checked, turned upright, made smaller and stripped of every metadata."""

from core.photos.clean import CleanPhoto, Limits, UnusablePhoto, clean_photo

__all__ = ["CleanPhoto", "Limits", "UnusablePhoto", "clean_photo"]
