"""People who sign in, and the rights they hold. Rights follow memberships, never is_staff."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from tracker.vocabulary import Role


class UserManager(BaseUserManager["User"]):
    """Accounts are found by e-mail address, blind to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. The public never sees who: publications name institution and role."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_staff = models.BooleanField(
        _("may open the administration"),
        default=False,
        help_text=_("Opens these pages only; what a person may do follows their memberships."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_demonstration = models.BooleanField(
        _("demonstration account"),
        default=False,
        help_text=_(
            "Made for trying the software out. A production site refuses to start with one."
        ),
    )
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active_on(self, day: dt.date) -> Self:
        """Memberships that give rights on `day` (both ends inclusive), of people not disabled."""
        return self.filter(user__is_active=True, starts_on__lte=day).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day)
        )


class Membership(models.Model):
    """What a person may do, for which institution and party, from when until when.

    Entered by an administrator. Ending it takes the rights away at the next request.
    """

    user = models.ForeignKey(
        User, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    institution = models.ForeignKey(
        "tracker.Institution",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("institution"),
        help_text=_("Officials and coordinators act for an institution."),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    party = models.ForeignKey(
        "tracker.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("party"),
        help_text=_("Officials and coordinators act for a party."),
    )
    starts_on = models.DateField(_("from"), help_text=_("Days are counted in UTC."))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Last day, inclusive. Empty: no end.")
    )

    objects = MembershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user", "role", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day may not be before the first."),
            ),
            models.CheckConstraint(
                name="membership_party_by_role",
                condition=Q(
                    role__in=[Role.OFFICIAL, Role.COORDINATOR],
                    party__isnull=False,
                    institution__isnull=False,
                )
                | Q(role__in=[Role.SECRETARIAT, Role.ADMINISTRATOR]),
                violation_error_message=_(
                    "An official or coordinator needs a party and an institution."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {Role(self.role).label}"
