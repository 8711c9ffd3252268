"""Addresses of this room."""

from django.urls import path

from accounts.api import oauth

urlpatterns = [
    path("oauth/token", oauth.token, name="oauth_token"),
    path("oauth/revoke", oauth.revoke, name="oauth_revoke"),
    path(".well-known/oauth-authorization-server", oauth.metadata, name="oauth_metadata"),
]
