"""The sign-in form."""

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

_LONGEST_NAME = 150


class SignInForm(AuthenticationForm):
    """Refuses names that no account can have before anything else looks at them."""

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise ValidationError(self.get_invalid_login_error().messages)
        return name
