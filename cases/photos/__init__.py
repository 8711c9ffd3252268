"""Citizens' photos: checked, turned upright, made smaller and stripped of every metadata."""

from cases.photos.clean import CleanPhoto, clean_photo

__all__ = ["CleanPhoto", "clean_photo"]
