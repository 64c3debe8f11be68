"""Who you are: one row a person; the e-mail address is the name at log-in."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from core import limits
from core.clock import now


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who can log in with the password; None makes the password unusable."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an admin (`manage.py createsuperuser`)."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    class Theme(models.TextChoices):
        SYSTEM = "system", "As the device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"
        CONTRAST = "contrast", "High contrast"

    class Density(models.TextChoices):
        COMPACT = "compact", "Compact"
        NORMAL = "normal", "Normal"
        OPEN = "open", "Open"

    email = models.EmailField("e-mail", max_length=limits.EMAIL_CHARS)
    name = models.CharField(max_length=limits.NAME_CHARS)
    zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=8, choices=Density, default=Density.NORMAL)
    shortcuts = models.BooleanField("single-key shortcuts", default=True)
    abstracts = models.BooleanField("abstracts open on the day page", default=False)
    own_papers = models.BooleanField("is told of papers of their own", default=False)
    likely = models.BooleanField("learning what one likes", default=True, db_default=True)
    is_staff = models.BooleanField("admin", default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=now, editable=False)
    # The account rests until then, and can be kept; then name and address go, and comments if the person said so.
    delete_on = models.DateTimeField(null=True, blank=True)
    delete_comments = models.BooleanField(default=False, db_default=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    # The address that mail servers refused for good, and how often in a row.
    refused_address = models.CharField(max_length=limits.EMAIL_CHARS, blank=True, default="", db_default="")
    refusals = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    let_in: object | None = None  # set by the gate of groups: the membership by which it let this object in just now

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique", violation_error_message="Address in use.")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def takes_no_mail(self) -> bool:
        """Tell whether the person's address was refused too often to send more there; another one begins anew."""
        return self.refusals >= limits.REFUSALS and self.refused_address.lower() == self.email.lower()

    def rest_before_going(self, *, keep_comments: bool) -> None:
        """Set when the account goes, and whether its comments stay; asking again leaves the day as it was."""
        self.delete_on = self.delete_on or now() + timedelta(days=limits.ACCOUNT_REST_DAYS)
        self.delete_comments = not keep_comments

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
