"""Pages of HTML as PDF that speaks: tagged, PDF/UA, loading nothing."""

from django.contrib.staticfiles import finders
from PIL import ImageFile


def tagged_pdf(html: str, style: str) -> bytes:
    """A page with its language and title as PDF; `style` is the static file that sets it."""
    from weasyprint import CSS, HTML  # large: only who prints loads it
    from weasyprint.urls import URLFetcher

    # It lets the whole process take half a picture for one; photos that come in are judged strictly.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    fetcher = URLFetcher(allowed_protocols=("data",))  # only what the page carries itself
    sheet = CSS(filename=finders.find(style), url_fetcher=fetcher)
    document = HTML(string=html, url_fetcher=fetcher)
    body: bytes = document.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1", pdf_tags=True)
    return body
