"""Static files under names that carry their content's hash, so that browsers may keep them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Rewrites the imports between our JavaScript modules too, by `from`, `import()` or `new URL()`."""

    manifest_strict = False
    # Django's own pattern for modules also matches the types in JSDoc comments.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "*.js",
            (
                (r"""(?P<matched>from "(?P<url>\.[^"]+)")""", 'from "%(url)s"'),
                (r"""(?P<matched>new URL\("(?P<url>\.[^"]+)")""", 'new URL("%(url)s"'),
                (r"""(?P<matched>import\("(?P<url>\.[^"]+)"\))""", 'import("%(url)s")'),
            ),
        ),
    )
