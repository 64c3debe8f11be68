"""Roles, invitations and what leads people in."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import validate_email

from core import limits


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class PresenceForm(forms.Form):
    state = forms.ChoiceField(choices=[("removed", "Removed"), ("present", "Present")])


class RevokeForm(forms.Form):
    state = forms.ChoiceField(choices=[("revoked", "Revoked")])


class FeedLinkForm(forms.Form):
    """A new address (`on`) or none (`off`); the key makes the same form give the same address twice."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    state = forms.ChoiceField(choices=[("on", "on"), ("off", "off")])


class InvitationForm(RoleForm):
    field_order = ("key", "role", "max_uses")

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    max_uses = forms.IntegerField(
        label="For how many people", initial=limits.INVITATION_USES, min_value=1, max_value=limits.GROUP_MEMBERS
    )


class AddressesField(forms.CharField):
    """E-mail addresses as people paste them: by lines, blanks, commas or semicolons, with names or without."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        typed = re.split(r"[\s,;]+", super().clean(value) or "")
        marked = [word for word in typed if "@" in word]
        addresses = {address.lower(): address for address in (word.strip("<>\"'()") for word in marked)}
        if not addresses:
            raise forms.ValidationError("Type an e-mail address, or several.")
        if len(addresses) > limits.MAILED_AT_ONCE:
            raise forms.ValidationError(f"At most {limits.MAILED_AT_ONCE} at once; these are {len(addresses)}.")
        for address in addresses.values():
            try:
                validate_email(address)
            except forms.ValidationError:
                raise forms.ValidationError(f"“{address[:60]}” is no e-mail address.") from None
            if len(address) > limits.EMAIL_CHARS:
                raise forms.ValidationError(f"An address has at most {limits.EMAIL_CHARS} characters.")
        return list(addresses.values())


class MailForm(RoleForm):
    field_order = ("key", "addresses", "role")

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    addresses = AddressesField(
        label="E-mail addresses",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Each gets a link of their own that works once. Separate several by spaces or lines.",
    )
